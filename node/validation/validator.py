"""What becomes of a block, in Fabric's order (docs/storage.md).

Sources: core/committer/txvalidator/v20/validator.go, then core/ledger/kvledger/txmgmt/validation
(batch_preparer.go). Signatures are verified in threads first; the judgement itself is one loop, so that it
can be read, and so that its outcome depends on the block, the rules and the committed state alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from fabric_protos.common import common_pb2
from fabric_protos.peer import transaction_pb2

from tanhui.network.protocol.blocks import TRANSACTIONS_FILTER, ensure_slots
from tanhui.network.protocol.rwset import NamespaceRwset
from tanhui.node.ledger import BlockUpdates
from tanhui.node.ledger.updates import CONFIG_KEY, CONFIG_NAMESPACE
from tanhui.node.validation.candidate import Candidate, read_candidates
from tanhui.node.validation.dispatch import Dispatcher
from tanhui.node.validation.mvcc import check_reads, committed_versions
from tanhui.node.validation.rules import ChainReader, ChannelRules, Deserialize, ValidationLimits
from tanhui.node.validation.signatures import (
    BlockIdentities,
    KnownCreators,
    RightSignatures,
    SignatureChecker,
)

Code = transaction_pb2.TxValidationCode


@dataclass(frozen=True, slots=True)
class ValidatedBlock:
    """The verdict on a block.

    Attributes:
        block: with its TRANSACTIONS_FILTER set.
        codes: one peer.TxValidationCode a transaction.
        updates: what the valid transactions change: for `Ledger.commit_block`.
        rules: the channel after the block; the same object as before unless it held a config transaction.
    """

    block: common_pb2.Block
    codes: tuple[int, ...]
    updates: BlockUpdates
    rules: ChannelRules


class Validator:
    """Validates blocks one after the other. Keeps only what was verified, never a verdict."""

    def __init__(self, limits: ValidationLimits) -> None:
        self._checker = SignatureChecker(limits)
        self.verified_signatures = self._checker.verified
        """Right signatures; whoever verifies one at ingress may add it, and who makes one."""

    def validate(
        self,
        block: common_pb2.Block,
        rules: ChannelRules,
        state: ChainReader,
        candidates: Sequence[Candidate] | None = None,
    ) -> ValidatedBlock:
        """Judge every transaction and gather what the valid ones change.

        Args:
            block: its header and orderer signatures judged before; its TRANSACTIONS_FILTER is set here.
            rules: the channel before the block.
            state: the ledger before the block, unmoved while this runs.
            candidates: the block's transactions, fresh from a `CandidateReader`, where the caller read them.

        Raises:
            ConfigRefusedError: a config transaction that the channel does not allow: commit nothing.
        """
        if candidates is None:
            candidates = read_candidates(block.data.data)
        identities = BlockIdentities(rules.deserialize_identity)
        right = self._prefetch(candidates, identities.deserialize)
        creators = KnownCreators(identities.deserialize, right)
        dispatcher = Dispatcher(rules, state, identities.deserialize, right.verify)
        rwsets: list[tuple[NamespaceRwset, ...]] = []
        updates = BlockUpdates(block.header.number, state)
        after = rules
        for candidate in candidates:
            rwset: tuple[NamespaceRwset, ...] = ()
            candidate.judge_form(rules.channel_id, creators)
            if candidate.is_valid and candidate.is_config:
                after = after.after(candidate.config)
            elif candidate.is_valid and state.has_transaction(candidate.txid):
                candidate.code = Code.DUPLICATE_TXID
            elif candidate.is_valid:
                updates.new_txids.add(candidate.txid)
                rwset = dispatcher.judge(candidate)
            rwsets.append(rwset)
        _mark_duplicates(candidates)
        _serialise(candidates, rwsets, state, updates)
        codes = tuple(candidate.code for candidate in candidates)
        ensure_slots(block)
        block.metadata.metadata[TRANSACTIONS_FILTER] = bytes(codes)
        return ValidatedBlock(block, codes, updates, after)

    def prefetch(self, block: common_pb2.Block, rules: ChannelRules) -> None:
        """Verify a later block's signatures already, while another is being committed."""
        self._prefetch(read_candidates(block.data.data), rules.deserialize_identity)

    def _prefetch(self, candidates: Sequence[Candidate], deserialize: Deserialize) -> RightSignatures:
        signed = [one for candidate in candidates if candidate.is_valid for one in candidate.signatures()]
        return self._checker.prefetch(signed, deserialize)

    def close(self) -> None:
        """End the threads."""
        self._checker.close()


def _mark_duplicates(candidates: Sequence[Candidate]) -> None:
    """Within the block, among those still valid, the first of a transaction id stands."""
    seen: set[str] = set()
    for candidate in candidates:
        if candidate.is_valid and not candidate.is_config:
            if candidate.txid in seen:
                candidate.code = Code.DUPLICATE_TXID
            seen.add(candidate.txid)


def _serialise(
    candidates: Sequence[Candidate],
    rwsets: Sequence[tuple[NamespaceRwset, ...]],
    state: ChainReader,
    updates: BlockUpdates,
) -> None:
    """Add to `updates` what the transactions change whose reads still stand when their turn comes."""
    committed = committed_versions(rwsets, state)
    for tx, (candidate, rwset) in enumerate(zip(candidates, rwsets, strict=True)):
        updates.txids.append(candidate.txid)
        if not candidate.is_valid:
            continue
        if candidate.is_config:
            updates.put(CONFIG_NAMESPACE, CONFIG_KEY, candidate.config, tx)
            continue
        candidate.code = check_reads(rwset, updates, state, committed)
        if candidate.is_valid:
            updates.apply(tx, rwset)
