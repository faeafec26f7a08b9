"""What becomes of a block: each transaction judged in Fabric's order, with Fabric's codes."""

from tanhui.node.validation.channel_rules import ConfigRules
from tanhui.node.validation.rules import (
    ChainReader,
    ChannelRules,
    ConfigRefusedError,
    InvalidChaincodeError,
    ValidationLimits,
)
from tanhui.node.validation.signatures import VerifiedSignatures
from tanhui.node.validation.validator import ValidatedBlock, Validator

__all__ = [
    "ChainReader",
    "ChannelRules",
    "ConfigRefusedError",
    "ConfigRules",
    "InvalidChaincodeError",
    "ValidatedBlock",
    "ValidationLimits",
    "Validator",
    "VerifiedSignatures",
]
