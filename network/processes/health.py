"""Is a node well? Its operations service says so at /healthz, over mutual TLS."""

import http.client
import ssl
from dataclasses import dataclass
from pathlib import Path

TIMEOUT_S = 3.0
BODY_BYTES_MAX = 1 << 16


@dataclass(frozen=True, slots=True)
class OperationsEndpoint:
    """Where a node's operations service listens, and the client certificate for it."""

    host: str
    port: int
    root: Path
    certificate: Path
    key: Path

    def healthy(self) -> bool:
        """Whether /healthz answers 200 within three seconds."""
        try:
            return self._get("/healthz")[0] == http.client.OK
        except (OSError, http.client.HTTPException):
            return False

    def metrics(self) -> bytes:
        """The node's figures in Prometheus text. Raises OSError."""
        return self._get("/metrics")[1]

    def _get(self, path: str) -> tuple[int, bytes]:
        context = ssl.create_default_context(cafile=str(self.root))
        context.load_cert_chain(self.certificate, self.key)
        connection = http.client.HTTPSConnection(self.host, self.port, timeout=TIMEOUT_S, context=context)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read(BODY_BYTES_MAX if path == "/healthz" else 1 << 24)
        finally:
            connection.close()
