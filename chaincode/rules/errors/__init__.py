"""One catalogue of refusals for ledger, API and command line (state.md, Errors).

A rule raises `codes.INSUFFICIENT.at("points", 60, available=50)`; the contract layer writes the four parts
as canonical JSON into Fabric's one string; the edge turns the same code back into a sentence.
"""

from tanhui.chaincode.rules.errors.code import Code, Kind, Refusal

__all__ = ["Code", "Kind", "Refusal"]
