"""TLS: what each side shows and asks for, and one connection between the socket's bytes and HTTP/2's.

asyncio's own layer over the same OpenSSL object costs more CPU a message than everything else that is done with it
here (docs/adr/0013): it copes with half-closed streams, renegotiation and buffers that this connection never has.
"""

import contextlib
import os
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

PROTOCOL: Final = "h2"
"""The one protocol that is agreed on (RFC 7301)."""
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
    context.set_alpn_protocols([PROTOCOL])
    _show(context, tls.certificate, tls.private_key)
    if tls.client_roots is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=tls.client_roots.decode("ascii"))
    return context


@dataclass(frozen=True, slots=True)
class TlsOptions:
    """How a server is recognised, and its client where TLS is mutual. Certificates and keys in PEM.

    Attributes:
        root_certificates: what the server's certificate must lead to; an intermediate authority will do.
        server_name: the name in the server's certificate, where the endpoint has another.
        client_certificate, client_key: both or neither.
    """

    root_certificates: bytes
    server_name: str | None = None
    client_certificate: bytes | None = None
    client_key: bytes | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Raise ValueError for half a client identity."""
        if (self.client_certificate is None) != (self.client_key is None):
            raise ValueError("client_certificate and client_key go together")


def client_context(tls: TlsOptions) -> ssl.SSLContext:
    """TLS 1.2 at least, HTTP/2 alone, and a server whose certificate has a name that was asked for.

    Raises:
        ValueError: certificates or a key that cannot be read, or that do not belong together.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols([PROTOCOL])
    context.hostname_checks_common_name = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN | ssl.VERIFY_X509_TRUSTED_FIRST
    try:
        # Between the certificates there may be comments in any language.
        context.load_verify_locations(cadata=tls.root_certificates.decode("ascii", "ignore"))
    except (ssl.SSLError, ValueError) as error:
        raise ValueError(f"root_certificates: {error}") from error
    if tls.client_certificate is not None and tls.client_key is not None:
        try:
            _show(context, tls.client_certificate, tls.client_key)
        except (ssl.SSLError, ValueError) as error:
            raise ValueError(f"client_certificate, client_key: {error}") from error
    return context


def _show(context: ssl.SSLContext, certificate: bytes, private_key: bytes) -> None:
    with _file(certificate) as certificate_path, _file(private_key) as key_path:
        context.load_cert_chain(certificate_path, key_path, _no_passphrase)


def _no_passphrase() -> str:
    """OpenSSL would ask whoever sits at the terminal."""
    raise ValueError("the key is encrypted")


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
        is_ready: the handshake is over, the other side's certificate verified where the context asks for one.
        is_over: the other side sends no more.
    """

    def __init__(self, context: ssl.SSLContext, server_name: str | None = None) -> None:
        """`server_name`: whom a client means to speak with; None is the server's side."""
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._object = context.wrap_bio(
            self._incoming, self._outgoing, server_side=server_name is None, server_hostname=server_name
        )
        self.is_ready = False
        self.is_over = False

    def began(self) -> bytes:
        """A client's first words."""
        self._shook_hands()
        return self.waiting()

    def opened(self, data: memoryview) -> bytes:
        """What the other side said in these bytes of the socket, in the clear; b"" during the handshake.

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
        """The other side's, DER; None where it showed none."""
        return self._object.getpeercert(binary_form=True)

    def closed(self) -> bytes:
        """close_notify; b"" where there is nobody to tell."""
        if self.is_ready:
            with contextlib.suppress(ssl.SSLError):  # the other side has not said the same yet, and need not
                self._object.unwrap()
        return self.waiting()

    def _shook_hands(self) -> bool:
        try:
            self._object.do_handshake()
        except ssl.SSLWantReadError:
            return False
        if self._object.selected_alpn_protocol() != PROTOCOL and not self._object.server_side:
            raise ssl.SSLError(ssl.SSL_ERROR_SSL, "the server does not speak HTTP/2")
        self.is_ready = True
        return True
