"""Where the command's log goes: stderr, one line an event, so that stdout holds results only."""

import logging
import sys

import structlog


def log_to_stderr(level: int = logging.WARNING) -> None:
    """Send structlog's and the standard library's events of `level` and above to stderr.

    Which stderr is asked at each event: one that was closed meanwhile must not turn what is logged into a fault.
    """
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_names: structlog.WriteLogger(sys.stderr),
    )
    logging.basicConfig(stream=sys.stderr, level=level, format="%(levelname)s %(name)s %(message)s")
