"""Fabric's chaincode protocol: serves any contract to a real peer."""
