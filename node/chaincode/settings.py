"""Where a chaincode's service is, and what the node lets it ask for. The defaults are Fabric's (core.yaml)."""

from dataclasses import dataclass, field

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ClientTls:
    """PEM: who signed the service's certificate, and what the node shows it (both or neither)."""

    root: bytes
    certificate: bytes | None = None
    key: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """A chaincode's service.

    Attributes:
        address: host:port.
        tls: None dials in the clear, which belongs on loopback only.
        dial_timeout_s: how long a connection and its registration may take.
        package_id: the name that the chaincode must register under; "" takes any.
        server_name: what the certificate must say, where that is not the address's host.
    """

    address: str
    tls: ClientTls | None = None
    dial_timeout_s: float = 3.0
    package_id: str = ""
    server_name: str = ""


@dataclass(frozen=True, slots=True)
class StreamSettings:
    """What the node lets a chaincode ask for.

    Attributes:
        execute_timeout_s: how long one transaction may take (chaincode.executetimeout).
        keepalive_s: how often a KEEPALIVE goes out, and HTTP/2 pings; 0 sends no KEEPALIVE.
        batches: announce the limits below, as Fabric 3 does; without, every key travels alone, as in 2.5.
        write_batch_max, get_multiple_max: keys in one message (chaincode.runtimeParams).
        query_part: entries of a range or history in one message (query_response_generator.go).
        message_bytes_max: largest message either way.
        transactions_max: transactions at once at one service; beyond it callers are told BUSY.
    """

    execute_timeout_s: float = 30.0
    keepalive_s: float = 60.0
    batches: bool = True
    write_batch_max: int = 1_000
    get_multiple_max: int = 1_000
    query_part: int = 100
    message_bytes_max: int = 100 * MIB
    transactions_max: int = 2_500
