"""Effects: what a function says that it did. They are answered, and are the transaction's one event.

Their schema is not the contract layer's: it is given an encoder, and knows a document of bytes.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

EVENT_NAME: Final = "tanhui.v1"

EffectsEncoder: TypeAlias = Callable[[Sequence[Any]], bytes]
"""Makes the canonical JSON document of one or more effects, in the order in which they happened."""


def answer_payload(document: bytes, transaction_id: str) -> bytes:
    """What a transaction answers: its event, and the transaction that had it, which a repeat is not."""
    return b'{"event":' + document + b',"transaction":"' + transaction_id.encode() + b'"}'
