"""The public surface, pinned: a name added or lost is a decision, not an accident."""

import types

from tanhui.network import gateway

SURFACE = {
    "calls": {"CallOptions", "DefaultCallOptions"},
    "errors": {
        "CheckpointError",
        "CommitError",
        "CommitStatusError",
        "EndorseError",
        "ErrorDetail",
        "GatewayError",
        "NoSignerError",
        "SubmitError",
        "TransactionError",
        "UnexpectedMessageError",
    },
    "events": {
        "BlockEventsRequest",
        "ChaincodeEvent",
        "ChaincodeEventsRequest",
        "Checkpoint",
        "Checkpointer",
        "EventStream",
        "FileCheckpointer",
        "InMemoryCheckpointer",
        "Recovery",
    },
    "flow": {
        "Commit",
        "Contract",
        "Gateway",
        "Network",
        "Proposal",
        "ProposalOptions",
        "Signable",
        "SubmittedTransaction",
        "Transaction",
        "connect",
    },
    "status": {"GrpcCode", "Status", "validation_code_name"},
    "transports": {"BalancedTransport", "GrpcTransport", "Horizon", "Keepalive", "TlsOptions"},
}


def test_surface_is_the_one_agreed() -> None:
    assert set(gateway.__all__) == set().union(*SURFACE.values())


def test_names_are_listed_in_order() -> None:
    assert gateway.__all__ == sorted(gateway.__all__)


def test_everything_public_is_listed() -> None:
    public = {
        name
        for name, value in vars(gateway).items()
        if not name.startswith("_") and not isinstance(value, types.ModuleType)
    }
    assert public == set(gateway.__all__)


def test_every_name_has_a_docstring() -> None:
    assert [name for name in gateway.__all__ if not getattr(gateway, name).__doc__] == []
