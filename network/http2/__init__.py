"""gRPC's server side over HTTP/2: for chaincode services and for the embedded node (docs/adr/0015).

Sources: RFC 9113 (HTTP/2), RFC 7541 (HPACK), and gRPC over HTTP/2 (PROTOCOL-HTTP2.md).
"""
