"""The chaincode `registry`: every function of every lane, behind one contract."""

from importlib import metadata
from typing import Final

import tanhui.chaincode.transactions
from tanhui.chaincode.contract.contract import Contract
from tanhui.chaincode.contract.functions import functions_in
from tanhui.chaincode.rules.errors import Kind
from tanhui.chaincode.rules.errors.catalogue import CATALOGUE
from tanhui.chaincode.transactions.tx import Tx
from tanhui.proofs.effects import encode

CHAINCODE_NAME: Final = "registry"

STATUS: Final = {
    Kind.INVALID: 400,
    Kind.DENIED: 403,
    Kind.MISSING: 404,
    Kind.CONFLICT: 409,
    Kind.LIMIT: 413,
}
"""Status of the chaincode response by kind of refusal: Fabric counts 400 and above as refused."""


def status_of(code: str) -> int:
    """The response status of a refusal's code."""
    return STATUS[CATALOGUE[code].kind]


def registry_contract() -> Contract[Tx]:
    """A new contract with every function; one serves any number of transactions."""
    return Contract(
        CHAINCODE_NAME,
        metadata.version("tanhui"),
        functions_in(tanhui.chaincode.transactions),
        context=Tx,
        encode_effects=encode,
        status_of=status_of,
    )
