"""One parser under coverage-guided input: `python -m tests.support.fuzz_target NAME CORPUS [libFuzzer options]`.

Needs atheris on the path (tests/proofs/test_fuzz.py puts it there). A parser may answer, or refuse with the errors
that it documents; anything else is a crash, and so is a second of silence.
"""

import contextlib
import sys
from collections.abc import Callable
from pathlib import Path

import atheris  # type: ignore[import-untyped,import-not-found,unused-ignore]  # only where it is fuzzed
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2

with atheris.instrument_imports(include=["tanhui"]):
    from tanhui.network.protocol.envelopes import parse_envelope, parse_transaction
    from tanhui.network.protocol.errors import ProtocolError
    from tanhui.network.protocol.rwset import parse_rwset
    from tanhui.node.follower import evidence
    from tanhui.node.witness.policy_file import parse_policy
    from tanhui.proofs.errors import ProofError
    from tanhui.proofs.verify import verify
    from tests.proofs.test_parsers import PARSERS
    from tests.support import proof_world as w
    from tests.support.signed_chain import SignedChain

Parse = Callable[[bytes], object]


def _transaction(data: bytes) -> object:
    view = parse_transaction(parse_envelope(data).data)
    return view.event, view.invocation, parse_rwset(view.results)


def _bundle(data: bytes) -> object:
    return verify(data, w.ANCHORS, now=w.TIME)


EVIDENCE = evidence.Evidence(
    "fork", "credits", bytes(32), 7, None, "peer", "two", "", "", 8, bytes(32), b"config", (b"one", b"two")
)
COSIGNERS = (
    b'{"format":"tanhui-cosigners/v1","witnesses":{"threshold":"0","members":[]},'
    b'"auditors":{"threshold":"0","members":[]}}'
)
WRITES = kv_rwset_pb2.KVRWSet(writes=[kv_rwset_pb2.KVWrite(key="k", value=b"v")])
TARGETS: dict[str, tuple[Parse, list[bytes]]] = {
    **{name.replace(" ", "-"): (parse, [good]) for name, (parse, good) in PARSERS.items()},
    "verify": (_bundle, [build().encode() for build in w.BUNDLES.values()]),
    "evidence": (evidence.parse, [EVIDENCE.encode()]),
    "cosigners": (parse_policy, [COSIGNERS]),
    "transaction": (_transaction, [SignedChain().transaction(WRITES)]),
}


def main() -> None:
    """Fuzz until an option of libFuzzer's ends it."""
    name, corpus = sys.argv[1], Path(sys.argv[2])
    parse, seeds = TARGETS[name]
    corpus.mkdir(parents=True, exist_ok=True)
    for at, seed in enumerate(seeds):
        (corpus / f"seed-{at}").write_bytes(seed)

    def one(data: bytes) -> None:
        with contextlib.suppress(ProofError, ProtocolError):
            parse(data)

    atheris.Setup([sys.argv[0], str(corpus), *sys.argv[3:]], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
