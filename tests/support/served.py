"""An application behind the registry's own HTTP, on loopback, in a thread of its own."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import uvicorn
from starlette.types import ASGIApp

from tanhui.cli.registry_process import http_config
from tanhui.registry_api.settings import ApiSettings


@contextmanager
def served(
    application: ASGIApp, *, lifespan: Literal["on", "off"] = "off", listener: socket.socket | None = None
) -> Iterator[int]:
    """Its port, for the length of a block; an application that must know its own address brings the `listener`."""
    config = http_config(application, ApiSettings())
    config.port, config.lifespan = 0, lifespan
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener] if listener else None,))
    thread.start()
    try:
        while not server.started:
            threading.Event().wait(0.01)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()
