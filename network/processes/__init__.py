"""Starts and watches peer and orderer natively, and renders docker-compose.yml."""
