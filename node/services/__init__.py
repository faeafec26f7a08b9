"""Fabric's services over one node: Gateway, Deliver, Endorser, AtomicBroadcast, in process and over gRPC."""
