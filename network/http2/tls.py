"""TLS, the server's side: what a server shows and asks for, and one connection between the socket's bytes and HTTP/2's.

asyncio's own layer over the same OpenSSL object costs more CPU a message than everything else that is done with it
here (docs/adr/0013): it copes with half-closed streams, renegotiation and buffers that this connection never has.
"""

import contextlib
import os
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

RECORD_BYTES_MAX: Final = 1 << 14
"""Plain bytes in one TLS record (RFC 8446, section 5.1)."""


@dataclass(frozen=True, slots=True)
class ServerTls:
    """What a server shows, and what it asks for. PEM bytes.

    Attributes:
        client_roots: a client must show a certificate that they signed; None asks for none.
    """

    private_key: bytes = field(repr=False)
    certificate: bytes
    client_roots: bytes | None = None


def server_context(tls: ServerTls) -> ssl.SSLContext:
    """TLS 1.2 at least, HTTP/2 alone, and a certificate of the client where roots are given."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["h2"])
    with _file(tls.certificate) as certificate, _file(tls.private_key) as key:
        context.load_cert_chain(certificate, key)
    if tls.client_roots is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=tls.client_roots.decode("ascii"))
    return context


@contextlib.contextmanager
def _file(content: bytes) -> Iterator[str]:
    """A path to bytes that stay in memory: OpenSSL's interface here takes files alone."""
    descriptor = os.memfd_create("tanhui-tls", os.MFD_CLOEXEC)
    try:
        with os.fdopen(os.dup(descriptor), "wb") as file:
            file.write(content)
        yield f"/proc/self/fd/{descriptor}"
    finally:
        os.close(descriptor)


class TlsLayer:
    """From the handshake to close_notify.

    Attributes:
        is_ready: the handshake is over, the peer's certificate verified where the context asks for one.
        is_over: the peer sends no more.
    """

    def __init__(self, context: ssl.SSLContext) -> None:
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._object = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self.is_ready = False
        self.is_over = False

    def opened(self, data: memoryview) -> bytes:
        """What the peer said in these bytes of the socket, in the clear; b"" during the handshake.

        Raises:
            ssl.SSLError: a handshake that failed, or a record that was tampered with.
        """
        incoming = self._incoming
        incoming.write(data)
        if not self.is_ready and not self._shook_hands():
            return b""
        parts = []
        read = self._object.read
        try:
            # Asked only while there is something: OpenSSL's "want read" is an exception, and exceptions are dear.
            while incoming.pending or self._object.pending():
                part = read(RECORD_BYTES_MAX)
                if not part:
                    self.is_over = True
                    break
                parts.append(part)
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLZeroReturnError:
            self.is_over = True
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def sealed(self, data: bytes) -> bytes:
        """These bytes for the socket."""
        view = memoryview(data)
        while view:
            view = view[self._object.write(view) :]
        return self._outgoing.read()

    def waiting(self) -> bytes:
        """What TLS itself has to say: the handshake's answers, alerts."""
        return self._outgoing.read() if self._outgoing.pending else b""

    @property
    def certificate(self) -> bytes | None:
        """The client's, DER; None where it showed none."""
        return self._object.getpeercert(binary_form=True)

    def closed(self) -> bytes:
        """close_notify; b"" where there is nobody to tell."""
        if self.is_ready:
            with contextlib.suppress(ssl.SSLError):  # the peer has not said the same yet, and need not
                self._object.unwrap()
        return self.waiting()

    def _shook_hands(self) -> bool:
        try:
            self._object.do_handshake()
        except ssl.SSLWantReadError:
            return False
        self.is_ready = True
        return True
