"""Codes of the refusals that the contract layer makes itself; the one catalogue has their sentences."""

from typing import Final

FUNCTION_UNKNOWN: Final = "contract.function_unknown"
ARGUMENT_COUNT: Final = "contract.argument_count"
ARGUMENT_SIZE: Final = "contract.argument_size"
ARGUMENT_MALFORMED: Final = "contract.argument_malformed"
ARGUMENT_NOT_CANONICAL: Final = "contract.argument_not_canonical"
ARGUMENT_VALUE: Final = "contract.argument_value"
CALLER_UNREADABLE: Final = "contract.caller_unreadable"
CALLER_ATTRIBUTE: Final = "contract.caller_attribute"
CALLER_ROLE: Final = "contract.caller_role"
REQUEST_REUSED: Final = "contract.request_reused"
REQUEST_DAY: Final = "contract.request_day"
RECORD_ABSENT: Final = "contract.record_absent"
BOOKMARK: Final = "contract.bookmark"
PROPOSAL_CLOSED: Final = "contract.proposal_closed"
WRITE_LIMIT: Final = "contract.write_limit"
FAULT: Final = "contract.fault"

ALL: Final = (
    FUNCTION_UNKNOWN,
    ARGUMENT_COUNT,
    ARGUMENT_SIZE,
    ARGUMENT_MALFORMED,
    ARGUMENT_NOT_CANONICAL,
    ARGUMENT_VALUE,
    CALLER_UNREADABLE,
    CALLER_ATTRIBUTE,
    CALLER_ROLE,
    REQUEST_REUSED,
    REQUEST_DAY,
    RECORD_ABSENT,
    BOOKMARK,
    PROPOSAL_CLOSED,
    WRITE_LIMIT,
    FAULT,
)
