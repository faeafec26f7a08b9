"""Fabric's messages: build, parse, hash, sign, verify; MSP validation and policy evaluation."""
