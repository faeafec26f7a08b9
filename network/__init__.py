"""How a Fabric network is described, started, reached and governed."""
