"""A delivered block read once: its transactions, and every hash and form that its envelopes' bytes alone decide.

One pass an envelope, while its bytes are in the processor's cache: most of what a replay costs beside its signatures is
waiting for bytes that were looked at before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from tanhui.network.protocol.blocks import check_envelope_form
from tanhui.network.protocol.errors import MessageError
from tanhui.node.validation.candidate import Candidate, CandidateReader


@dataclass(frozen=True, slots=True)
class ReadBlock:
    """What a block's envelopes are.

    Attributes:
        candidates: the transactions, before anything in them is believed.
        digests: SHA256 of each envelope.
        data_hash: of all of them, as the block's header must have it.
        fault: the first envelope that does not re-marshal to its own bytes, None where all do.
    """

    candidates: list[Candidate]
    digests: list[bytes]
    data_hash: bytes
    fault: MessageError | None

    @classmethod
    def of(cls, envelopes: Sequence[bytes]) -> Self:
        """Read a block's data."""
        flat, reader = sha256(), CandidateReader()
        candidates: list[Candidate] = []
        digests: list[bytes] = []
        fault: MessageError | None = None
        for position, raw in enumerate(envelopes):
            flat.update(raw)
            digests.append(sha256(raw).digest())
            one = reader.read(raw)
            candidates.append(one)
            if fault is None:
                signed = one.creator
                try:
                    check_envelope_form(
                        raw, position, None if signed is None else (signed.data, signed.signature)
                    )
                except MessageError as error:
                    fault = error
        return cls(candidates, digests, flat.digest(), fault)
