"""What a node tells Prometheus. Each has a registry of its own: two in one process do not mix."""

from collections import Counter as Tally
from collections.abc import Callable

from fabric_protos.peer import transaction_pb2
from prometheus_client import CollectorRegistry, Counter, Gauge

from tanhui.node.committed import Committed


class NodeMetrics:
    """Counters and gauges of one node; `registry` is what an exporter reads."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry if registry is not None else CollectorRegistry()
        self._blocks = Counter("tanhui_node_blocks", "Blocks committed", registry=self.registry)
        self._bytes = Counter("tanhui_node_block_bytes", "Bytes of committed blocks", registry=self.registry)
        self._transactions = Counter(
            "tanhui_node_transactions",
            "Transactions committed, by validation code",
            ["code"],
            registry=self.registry,
        )
        self._height = Gauge("tanhui_node_height", "Number of committed blocks", registry=self.registry)

    def committed(self, done: Committed) -> None:
        """A block is durable."""
        self._blocks.inc()
        self._bytes.inc(len(done.raw))
        self._height.set(done.number + 1)
        for code, count in Tally(code for _, code in done.statuses).items():
            name = transaction_pb2.TxValidationCode.Name(transaction_pb2.TxValidationCode.ValueType(code))
            self._transactions.labels(name).inc(count)

    def watch(self, name: str, help_text: str, read: Callable[[], float]) -> None:
        """A gauge that is read when it is scraped: queue depths."""
        Gauge(f"tanhui_node_{name}", help_text, registry=self.registry).set_function(read)
