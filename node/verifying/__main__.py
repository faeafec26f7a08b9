"""The process that judges claims: reads them from its standard input, a socket, and answers each in its turn.

It ends with the socket, and so with the node, however that ends.
"""

import os
import socket
from collections.abc import Callable
from functools import lru_cache

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_der_public_key

from tanhui.network.protocol.errors import IdentityError
from tanhui.network.protocol.signatures import digest_verifier
from tanhui.node.verifying.claims import RIGHT, WRONG, Claim, ClaimReader

KEYS_REMEMBERED_MAX = 4096
NICENESS = 5
"""The event loop goes first where there is one processor for both: it verifies what waits too long by itself."""
READ_BYTES = 2_048
"""Some ten claims, a millisecond: whoever waits for the first is not kept waiting for the last."""


@lru_cache(KEYS_REMEMBERED_MAX)
def _verifier(key: bytes) -> Callable[[bytes, bytes], None]:
    return digest_verifier(load_der_public_key(key))


def is_right(claim: Claim) -> bool:
    """Whether the key made the signature, with a low S."""
    try:
        _verifier(claim.key)(claim.digest, claim.signature)
    except (IdentityError, ValueError, UnsupportedAlgorithm):
        return False
    return True


def main() -> None:
    """Until the node hangs up."""
    os.nice(NICENESS)
    reader = ClaimReader()
    with socket.socket(fileno=0) as node:
        try:
            while data := node.recv(READ_BYTES):
                answers = b"".join(RIGHT if is_right(claim) else WRONG for claim in reader.feed(data))
                node.sendall(answers)
        except ConnectionError:
            pass  # the node is gone: nobody waits for an answer


if __name__ == "__main__":
    main()
