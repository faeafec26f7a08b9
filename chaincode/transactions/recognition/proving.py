"""The partner's proof, judged inside the contract: the offline verifier over the anchors in the state.

Deterministic: the same bundle and anchors give every endorser the same verdict. Signatures are verified by the
one pinned library (proofs/ed25519.py), and no clock is asked.
"""

from typing import NamedTuple, TypeVar

from tanhui.chaincode.rules.errors import recognition as codes
from tanhui.chaincode.transactions.recognition.agreeing import parsed_anchors
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs import effects
from tanhui.proofs.effects import Effect
from tanhui.proofs.effects.recalls import RecallAnnounced
from tanhui.proofs.errors import ProofError
from tanhui.proofs.verdicts import Insufficient, Invalid
from tanhui.proofs.verify import verify

EffectT = TypeVar("EffectT", bound=Effect)


class Proven(NamedTuple):
    """One transaction of the partner's ledger, as proven: its id and what it did that recognition knows."""

    transaction: str
    effects: tuple[Effect, ...]

    def one(self, kind: type[EffectT], name: str, **fields: object) -> EffectT:
        """The effect of this kind with these fields.

        Raises:
            Refusal: recognition.not_proven, naming what was looked for.
        """
        for effect in self.effects:
            if isinstance(effect, kind) and all(
                getattr(effect, key) == value for key, value in fields.items()
            ):
                return effect
        raise codes.NOT_PROVEN.at("proof", name, effect=kind.kind)


async def proven(tx: Tx, agreement: str, proof: bytes) -> Proven:
    """What the partner's ledger shows by `proof`.

    Raises:
        Refusal: contract.record_absent, recognition.proof_invalid, recognition.proof_insufficient.
    """
    trusted = parsed_anchors((await tx.partner_anchors.get(agreement)).file)
    verdict = verify(proof, trusted)
    if isinstance(verdict, Invalid):
        raise codes.PROOF_INVALID.at("proof", verdict.reason)
    if isinstance(verdict, Insufficient):
        raise codes.PROOF_INSUFFICIENT.at("proof", "; ".join(verdict.missing))
    found: list[Effect] = []
    for entry in verdict.effects:
        kind = entry["kind"] if isinstance(entry, dict) else ""
        if not str(kind).startswith("recognition.") and kind != RecallAnnounced.kind:
            continue
        try:
            found.append(effects.from_json(entry))
        except ProofError as error:
            raise codes.PROOF_INVALID.at("proof", error.reason) from None
    return Proven(verdict.leaf.txid, tuple(found))
