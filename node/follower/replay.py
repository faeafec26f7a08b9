"""One auditor's replay: a delivered block in, his own verdicts, state and commit hash out, or a lie found.

The order is the design's: genesis hash → chain → envelopes → orderers → creators, txids, endorsements, MVCC
(node.validation) → comparison with the peer's filter and commit hash → one synced commit. A block that is not
accepted changes nothing.
"""

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Self

from fabric_protos.common import common_pb2
from fabric_protos.peer import transaction_pb2

from tanhui.network.protocol.blocks import (
    TRANSACTIONS_FILTER,
    commit_hash_of,
    ensure_slots,
    set_commit,
    transactions_filter,
)
from tanhui.network.protocol.channel_config import ChannelConfig
from tanhui.network.protocol.envelopes import parse_envelope
from tanhui.network.protocol.errors import MessageError
from tanhui.node.bootstrap import read_config
from tanhui.node.follower.block_checks import (
    BlockRefused,
    check_chain,
    check_genesis,
    check_last_config,
    check_orderers,
)
from tanhui.node.follower.claims import Claim, VerdictDiffers
from tanhui.node.follower.evidence import Evidence, LieFound
from tanhui.node.follower.leaves import leaves_of_block
from tanhui.node.follower.read_block import ReadBlock
from tanhui.node.ledger import BlockUpdates, Ledger, LedgerOptions, updates_of_block
from tanhui.node.ledger.commit import next_commit_hash
from tanhui.node.validation import ConfigRefusedError, ConfigRules, ValidationLimits, Validator
from tanhui.proofs.block_leaves import BlockLeaves

Code = transaction_pb2.TxValidationCode
THREADS = 2


@dataclass(frozen=True, slots=True)
class Accepted:
    """A block that is committed to the auditor's ledger, with its leaves."""

    number: int
    codes: bytes
    commit_hash: bytes
    leaves: BlockLeaves


class Replay:
    """An open replay; one thread calls `accept`. Reopening goes on where the last commit was."""

    def __init__(self, ledger: Ledger, genesis: bytes, chaincode: str, threads: int) -> None:
        self.ledger = ledger
        self.genesis = genesis
        self.chaincode = chaincode
        self._validator = Validator(ValidationLimits(threads=threads, verified_signatures_max=0))
        self._rules: ConfigRules | None = None
        self._config_number = 0
        if ledger.height:
            first = ledger.block(0)
            channel = check_genesis(first, genesis).channel_id
            config, self._config_number = read_config(ledger, channel)
            self._rules = ConfigRules(config)

    @classmethod
    def open(
        cls,
        folder: Path,
        genesis: bytes,
        chaincode: str,
        *,
        threads: int = THREADS,
        options: LedgerOptions | None = None,
    ) -> Self:
        """Open the auditor's ledger in `folder`, recovering it where it was left midway.

        Args:
            folder: made when absent.
            genesis: header hash of the channel's block 0: from a source other than the peers followed.
            chaincode: whose events are the ledger's effects.
            threads: that verify signatures.
            options: the ledger's memory and limits.

        Raises:
            LedgerError: see Ledger.open.
            BlockRefused: the folder holds another channel.
        """
        ledger = Ledger.open(folder, options)
        try:
            return cls(ledger, genesis, chaincode, threads)
        except BaseException:
            ledger.close()
            raise

    @property
    def height(self) -> int:
        """Blocks accepted."""
        return self.ledger.height

    @property
    def commit_hash(self) -> bytes:
        """The auditor's own, b"" before block 1."""
        return self.ledger.commit_hash

    @property
    def config(self) -> ChannelConfig | None:
        """The configuration in force; None before block 0."""
        return None if self._rules is None else self._rules.config

    @property
    def channel_id(self) -> str:
        """The channel's name, "" before block 0."""
        return "" if self._rules is None else self._rules.channel_id

    def accept(self, block: common_pb2.Block, source: str) -> Accepted:
        """Judge the next block and commit it.

        Args:
            block: as delivered; changed in place.
            source: who delivered it, for the evidence.

        Raises:
            LieFound: with evidence; nothing was committed.
            LedgerError: the auditor's own disk.
        """
        claim = Claim.taken_from(block, source)
        try:
            if self._rules is None:
                return self._accept_genesis(block)
            read = ReadBlock.of(block.data.data)
            self._check(block, self._rules.config, read)
            return self._accept(block, claim, self._rules, read)
        except BlockRefused as refused:
            self._lie(claim, block, refused)

    def accept_on_trust(self, block: common_pb2.Block, source: str) -> Accepted:
        """Take the verdicts that the block carries, check everything else but signatures on transactions.

        For a snapshot whose leaves are compared with a root that a quorum of auditors cosigned: until that
        comparison succeeds the ledger is worth nothing.

        Raises:
            LieFound: chain, envelopes, orderers, configuration or commit hash are wrong.
        """
        claim = Claim.taken_from(block, source)
        try:
            if self._rules is None:
                return self._accept_genesis(block)
            self._check(block, self._rules.config)
            if len(claim.codes) != len(block.data.data):
                raise BlockRefused("filter", "does not cover every transaction")
            rules = self._rules
            ensure_slots(block)
            block.metadata.metadata[TRANSACTIONS_FILTER] = claim.codes
            try:
                updates = updates_of_block(block, self.ledger.state)
                for raw, code in zip(block.data.data, claim.codes, strict=True):
                    rules = self._rules_after(rules, raw, code)
            except (MessageError, ConfigRefusedError) as error:
                raise BlockRefused("verdict", str(error)) from None
            return self._commit(block, updates, rules, claim)
        except BlockRefused as refused:
            self._lie(claim, block, refused)

    def fork(self, block: common_pb2.Block, source: str) -> LieFound:
        """Evidence that a source holds another block where the auditor holds one: both blocks go along."""
        own = self.ledger.block_bytes(block.header.number)
        refused = BlockRefused("fork", "two blocks stand at one number")
        return LieFound(
            self._evidence(source, block.header.number, refused, (own, block.SerializeToString()))
        )

    def rollback(self, source: str, detail: str) -> LieFound:
        """Evidence that a source no longer has what it, or another, delivered before."""
        last = self.height - 1
        refused = BlockRefused("rollback", detail, own=str(self.height))
        return LieFound(self._evidence(source, last, refused, (self.ledger.block_bytes(last),)))

    def leaves(self, number: int) -> BlockLeaves:
        """The leaves of an accepted block, derived again."""
        block = self.ledger.block(number)
        return self._leaves(block, commit_hash_of(block))

    def close(self) -> None:
        """Release ledger and threads."""
        self._validator.close()
        self.ledger.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _check(self, block: common_pb2.Block, config: ChannelConfig, read: ReadBlock | None = None) -> None:
        check_chain(block, self.ledger.height, self.ledger.header_hash, read)
        check_orderers(block, config)
        check_last_config(block, self._config_number)

    def _accept_genesis(self, block: common_pb2.Block) -> Accepted:
        config = check_genesis(block, self.genesis)
        set_commit(block, bytes(len(block.data.data)), b"")
        self.ledger.commit_block(block)
        self._rules = ConfigRules(config)
        return Accepted(0, transactions_filter(block), b"", self._leaves(block, b""))

    def _accept(self, block: common_pb2.Block, claim: Claim, rules: ConfigRules, read: ReadBlock) -> Accepted:
        try:
            verdict = self._validator.validate(block, rules, self.ledger.state, read.candidates)
        except ConfigRefusedError as error:
            raise BlockRefused("config", f"the configuration in force does not allow it: {error}") from None
        claim.compare_codes(bytes(verdict.codes))
        assert isinstance(verdict.rules, ConfigRules), "rules beget their own kind"
        return self._commit(block, verdict.updates, verdict.rules, claim, read)

    def _commit(
        self,
        block: common_pb2.Block,
        updates: BlockUpdates,
        rules: ConfigRules,
        claim: Claim,
        read: ReadBlock | None = None,
    ) -> Accepted:
        own = next_commit_hash(block, updates, self.ledger.commit_hash)
        claim.compare_commit_hash(own)
        codes = transactions_filter(block)
        self.ledger.commit_block(block, updates, data_checked=True)  # by `_check`
        if rules is not self._rules:
            self._rules, self._config_number = rules, block.header.number
        return Accepted(block.header.number, codes, own, self._leaves(block, own, read))

    @staticmethod
    def _rules_after(rules: ConfigRules, raw: bytes, code: int) -> ConfigRules:
        envelope = parse_envelope(raw)
        if code == Code.VALID and envelope.type == common_pb2.HeaderType.CONFIG:
            return rules.after(envelope.data)
        return rules

    def _leaves(
        self, block: common_pb2.Block, commit_hash: bytes, read: ReadBlock | None = None
    ) -> BlockLeaves:
        return leaves_of_block(
            block,
            genesis=self.genesis,
            channel=self.channel_id,
            chaincode=self.chaincode,
            commit_hash=commit_hash,
            read=read,
        )

    def _lie(self, claim: Claim, block: common_pb2.Block, refused: BlockRefused) -> NoReturn:
        blocks = (claim.as_it_came(block),)
        raise LieFound(self._evidence(claim.source, block.header.number, refused, blocks)) from refused

    def _evidence(
        self, source: str, number: int, refused: BlockRefused, blocks: tuple[bytes, ...]
    ) -> Evidence:
        return Evidence(
            kind=refused.kind,
            channel=self.channel_id,
            genesis=self.genesis,
            block=number,
            tx=refused.tx if isinstance(refused, VerdictDiffers) else None,
            source=source,
            detail=refused.detail,
            claimed=refused.claimed,
            own=refused.own,
            height=self.height,
            commit=self.commit_hash,
            config=self.ledger.block_bytes(self._config_number) if self.height else b"",
            blocks=blocks,
        )
