"""The API's figures: requests by operation and status, their time, and the intake's queue."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from tanhui.registry_api.intake.feeder import Feeder
from tanhui.registry_api.intake.queue import IntakeQueue

BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class ApiMetrics:
    """One registry of collectors for one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "tanhui_api_requests", "Requests answered", ("operation", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "tanhui_api_request_seconds",
            "Time to the answer's head",
            ("operation",),
            buckets=BUCKETS_S,
            registry=self.registry,
        )

        self._children: dict[tuple[str, int], tuple[Counter, Histogram]] = {}

    def watch_intake(self, queue: IntakeQueue, feeder: Feeder) -> None:
        """Show what waits and what was done."""
        counts = feeder.counts
        for name, text, read in (
            ("tanhui_intake_waiting_lines", "Acknowledged lines not yet in a block", queue.waiting_lines),
            (
                "tanhui_intake_committed_lines",
                "Lines committed since the start",
                lambda: counts.committed_lines,
            ),
            ("tanhui_intake_refused_lines", "Lines refused since the start", lambda: counts.refused_lines),
            ("tanhui_intake_retries", "Batches sent again since the start", lambda: counts.retries),
            ("tanhui_intake_batches_in_flight", "Batches under way", lambda: counts.in_flight),
        ):
            Gauge(name, text, registry=self.registry).set_function(read)

    def observe(self, operation: str, status: int, seconds: float) -> None:
        """Count and time one answer's head."""
        children = self._children.get((operation, status))
        if children is None:
            # Operations and statuses are the application's own, so there are few.
            children = (self._requests.labels(operation, str(status)), self._seconds.labels(operation))
            self._children[operation, status] = children
        children[0].inc()
        children[1].observe(seconds)
