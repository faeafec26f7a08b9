"""What a service may know about a call besides its message."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CallContext:
    """One call.

    Attributes:
        remote: who calls, for the log: the address, or "in process".
        tls_certificate_hash: SHA256 of the client's TLS certificate in DER, b"" without one.
        mutual_tls: whether the server asks clients for a certificate; then Deliver binds requests to it.
    """

    remote: str
    tls_certificate_hash: bytes = b""
    mutual_tls: bool = False


IN_PROCESS = CallContext("in process")
