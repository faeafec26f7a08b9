"""A project's bundle on the ledger: one record beside the project."""

from typing import Final

from tanhui.chaincode.contract.records import JsonCodec
from tanhui.chaincode.contract.repository import KeyType
from tanhui.chaincode.rules.bundles import Bundle

BUNDLE: Final = KeyType("bundle", ("project",), JsonCodec(Bundle))
