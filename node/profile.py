"""The TLS certificate that the node shows."""

from tanhui.network.channel.client_profile import first_peer
from tanhui.network.channel.make_network import Network
from tanhui.network.http2.tls import ServerTls


def server_tls(network: Network, *, mutual: bool) -> ServerTls:
    """The first peer's certificate; with `mutual`, clients of any of the organisations are let in."""
    _, certificate, key = first_peer(network).tls.read()
    roots = b"".join(one.tls_root_pem for one in network.organisations.values()) if mutual else None
    return ServerTls(key, certificate, roots)
