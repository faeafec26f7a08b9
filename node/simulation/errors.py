"""What a contract may not ask of its stub."""


class SimulationError(Exception):
    """A call that Fabric's shim or simulator refuses.

    Attributes:
        field: the argument, or the rule.
        reason: what is wrong.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason
