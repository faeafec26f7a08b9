"""A Fabric network in one process and one folder.

FOLDER/network/        topology's crypto material and block 0 (network.channel.make_network)
FOLDER/ledger/CHANNEL/ blocks, state and indexes
FOLDER/private/CHANNEL/ private data in clear, where a chaincode has collections
FOLDER/connection.json where the gateway is, once it serves

async with Node.open(folder, topology, chaincodes={"registry": contract}) as node:
await node.serve("127.0.0.1", 0)
await node.transport.unary("/gateway.Gateway/Evaluate", request, timeout_s=5)
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import structlog
from fabric_protos.common import common_pb2

from tanhui.chaincode.contract.stub import Chaincode
from tanhui.network.channel.client_profile import connection_profile
from tanhui.network.channel.make_network import Network, make_network
from tanhui.network.channel.topology import Topology
from tanhui.network.connection import write_profile
from tanhui.network.protocol.transport import Transport
from tanhui.node.assemble import assemble
from tanhui.node.bootstrap import BootstrapFailed, begin_ledger, commit_definition, read_config
from tanhui.node.channel import NodeChannel
from tanhui.node.channel_parts import ChannelParts
from tanhui.node.channelless import LocalEndorser
from tanhui.node.clock import Clock, system_clock
from tanhui.node.committer import Committer
from tanhui.node.endorsing.lifecycle import LifecycleChaincodes
from tanhui.node.endorsing.workers import Workers
from tanhui.node.errors import NodeUnavailable
from tanhui.node.health import Health
from tanhui.node.ledger import Ledger, LedgerOptions
from tanhui.node.metrics import NodeMetrics
from tanhui.node.ordering.orderer import ChainTip, Orderer
from tanhui.node.ordering.queue import OrderingQueue
from tanhui.node.ordering.service import ChannelOrdering, broadcast_to
from tanhui.node.parts import NodeParts
from tanhui.node.private_data import PrivateStore
from tanhui.node.profile import server_tls
from tanhui.node.services.server import NodeServer
from tanhui.node.settings import NodeSettings
from tanhui.node.validation import ValidationLimits, Validator
from tanhui.node.verifying.ahead import SignaturesAhead

_log = structlog.get_logger(__name__)


class Node:
    """An open node. Made by `open`; used from one event loop."""

    def __init__(
        self, folder: Path, network: Network, ledger: Ledger, parts: NodeParts, settings: NodeSettings
    ) -> None:
        """Use `open`."""
        self.folder = folder
        self.network = network
        self.settings = settings
        self.metrics = parts.metrics
        self._parts = parts
        self._ledger = ledger
        self._server: NodeServer | None = None
        self._stopping = False
        self._ordering_failure = ""
        self._failed = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

        channel_id = network.topology.channel.name
        config, config_block = read_config(ledger, channel_id)
        self._channels: dict[str, NodeChannel] = {}
        self.channel = NodeChannel(
            config,
            config_block,
            ChannelParts(
                ledger=ledger,
                peers=parts.peers,
                chaincodes=parts.chaincodes,
                lifecycle=LifecycleChaincodes(parts.definitions),
                workers=parts.workers,
                ahead=parts.ahead,
                signed=parts.validator.verified_signatures.add,
                settings=settings,
                clock=parts.clock,
                private=parts.private,
            ),
            self._channels,
        )
        self._channels[channel_id] = self.channel
        self._committer = Committer(
            self.channel,
            parts.validator,
            settings.blocks_in_flight_max,
            parts.metrics.committed,
            parts.private,
            self._failed.set,
        )
        self._queue = OrderingQueue(settings.ordering_queue_messages_max, settings.ordering_queue_bytes_max)
        self._ordering = ChannelOrdering(
            lambda: self.channel.config,
            self._queue,
            parts.orderer,
            workers=parts.workers,
            clock=parts.clock,
            wait_s_max=settings.submit_wait_s_max,
            write=self._committer.write,
            verified=parts.validator.verified_signatures.add,
            ahead=parts.ahead,
        )
        tip = ChainTip(ledger.block(ledger.height - 1).header, config_block)
        self._orderer = Orderer(
            self._ordering, self._queue, parts.orderer, tip, time.monotonic, settings.block_gather_s
        )
        channelless = LocalEndorser(self._channels, parts.workers, parts.clock, settings.timestamp_window_s)
        self._dispatcher = assemble(self._channels, channelless, self.broadcast, settings, parts.clock)
        self._watch()

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        folder: Path,
        topology: Topology,
        settings: NodeSettings | None = None,
        *,
        chaincodes: Mapping[str, Chaincode],
        ledger_options: LedgerOptions | None = None,
        clock: Clock = system_clock,
        metrics: NodeMetrics | None = None,
    ) -> AsyncIterator["Node"]:
        """Open the node in `folder`, making network and ledger when they are not there; stop it at the end.

        Args:
            folder: the node's own; no second process may have it open.
            topology: what `make_network` makes; its chaincodes get their definitions on the ledger.
            settings: limits.
            chaincodes: what the endorsers run, by name; every one needs a definition in the topology.
            ledger_options: memory and disk of the ledger.
            clock: nanoseconds since 1970: expiry and timestamps are judged by it.
            metrics: a registry of the caller's.

        Raises:
            ChannelError, CryptoConfigError: topology or folder.
            LedgerError: the ledger is open elsewhere, or damaged.
            BootstrapFailed: the ledger does not fit the folder or the chaincodes.
        """
        used = settings or NodeSettings()
        async with AsyncExitStack() as stack:
            network = await asyncio.to_thread(make_network, folder / "network", topology)
            path = folder / "ledger" / topology.channel.name
            ledger = await asyncio.to_thread(Ledger.open, path, ledger_options)
            stack.callback(ledger.close)
            await asyncio.to_thread(begin_ledger, ledger, network.genesis)
            private = None
            if any(one.collections for one in topology.chaincodes):
                private = stack.enter_context(PrivateStore(folder / "private" / topology.channel.name))
                await asyncio.to_thread(private.catch_up, ledger)
            validator = Validator(ValidationLimits(threads=max(1, os.cpu_count() or 1)))
            stack.callback(validator.close)
            workers = Workers(used.endorsing_threads, used.endorsing_queue_max)
            stack.callback(workers.close)
            processors = len(os.sched_getaffinity(0))
            ahead = SignaturesAhead(used.verifying_processes if processors > 1 else 0)
            stack.push_async_callback(ahead.close)
            parts = NodeParts.of(
                network,
                chaincodes,
                validator=validator,
                workers=workers,
                ahead=ahead,
                clock=clock,
                metrics=metrics or NodeMetrics(),
                private=private,
            )
            node = cls(folder, network, ledger, parts, used)
            node._start()
            stack.push_async_callback(node.stop)
            await node._define_chaincodes()
            yield node

    @property
    def transport(self) -> Transport:
        """The node's services, called in this process."""
        return self._dispatcher

    @property
    def health(self) -> Health:
        """How the node is now."""
        reason = "stopping" if self._stopping else self.failure
        return Health(
            ready=not reason,
            height=self.channel.blocks.height,
            ordering_queue=len(self._queue),
            ordering_queue_bytes=self._queue.queued_bytes,
            blocks_in_flight=self._committer.in_flight,
            endorsing=self._parts.workers.under_way,
            waiting=self.channel.waiters.waiting,
            failure=reason,
        )

    @property
    def failure(self) -> str:
        """Why the channel has stopped for good, "" while it has not: only a restart may go on."""
        failure = self._committer.failure
        return self._ordering_failure if failure is None else str(failure)

    async def failed(self) -> str:
        """Wait until the channel has stopped for good; why."""
        await self._failed.wait()
        return self.failure

    async def serve(self, host: str = "127.0.0.1", port: int = 0, *, mutual_tls: bool = False) -> int:
        """Serve over gRPC and TLS, and write connection.json. Returns the port. OSError when it is taken."""
        assert self._server is None, "a node serves once"
        server = NodeServer(self._dispatcher, self.settings, server_tls(self.network, mutual=mutual_tls))
        served = await server.start(host, port)
        self._server = server
        profile = connection_profile(self.folder, self.network, f"{host}:{served}", mutual=mutual_tls)
        await asyncio.to_thread(write_profile, self.folder / "connection.json", profile)
        _log.info("node.serving", host=host, port=served, mutual_tls=mutual_tls)
        return served

    async def broadcast(self, envelope: common_pb2.Envelope) -> None:
        """Order an envelope. Raises NotOrdered."""
        ordering = {self.channel.channel_id: self._ordering}
        await broadcast_to(ordering.get, envelope)

    async def stop(self) -> None:
        """Take no more calls, order and commit what was accepted, then end. Safe to repeat."""
        if self._stopping:
            return
        self._stopping = True
        draining = asyncio.create_task(self._dispatcher.drain(self.settings.drain_s_max))
        self._queue.close("the node is stopping")
        ordering, committing = self._tasks
        await asyncio.gather(ordering, return_exceptions=True)
        await self._committer.stop()
        await asyncio.gather(committing, return_exceptions=True)
        self._committer.close()
        self.channel.fail(NodeStopped("the node is stopping"))
        await draining
        if self._server is not None:
            await self._server.stop(grace_s=0)
        _log.info("node.stopped", height=self.channel.blocks.height)

    def _start(self) -> None:
        self._tasks = [
            asyncio.create_task(self._orderer.run(), name="order"),
            asyncio.create_task(self._committer.run(), name="commit"),
        ]
        self._tasks[0].add_done_callback(self._ordering_ended)

    def _ordering_ended(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None:
            _log.critical("ordering.failed", error=str(error), exc_info=error)
            self._ordering_failure = f"ordering has failed: {error}; restart the node"
            self._queue.close(f"ordering has failed: {error}")
            self._failed.set()

    async def _define_chaincodes(self) -> None:
        """Commit the definitions that the ledger does not have yet."""
        for name, wanted in self._parts.definitions.items():
            found = self.channel.definition(name)
            if found == wanted:
                continue
            sequence = 0 if found is None else found.sequence
            if wanted.sequence != sequence + 1:
                raise BootstrapFailed(
                    f"chaincode {name}: the ledger's definition has sequence {sequence} and differs; "
                    f"give the new one sequence {sequence + 1} instead of {wanted.sequence}"
                )
            organisation = self.network.organisations[next(iter(self._parts.peers))]
            await commit_definition(
                self.transport,
                self.channel.channel_id,
                name,
                wanted,
                admin=organisation.signing_identity("admin", "Admin"),
                clock=self._parts.clock,
            )

    def _watch(self) -> None:
        watch = self.metrics.watch
        watch("ordering_queue", "Envelopes that wait for a block", lambda: len(self._queue))
        watch("ordering_queue_bytes", "Their bytes", lambda: self._queue.queued_bytes)
        watch("blocks_in_flight", "Blocks cut and not committed", lambda: self._committer.in_flight)
        watch("endorsing", "Proposals queued or running", lambda: self._parts.workers.under_way)
        watch("waiting", "Transactions somebody waits for", lambda: self.channel.waiters.waiting)


class NodeStopped(NodeUnavailable):
    """The node was asked to stop."""
