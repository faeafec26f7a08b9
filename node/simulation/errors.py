"""What a contract may not ask of its stub, and what becomes of one in another process."""


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


class ChaincodeError(Exception):
    """A chaincode in another process could not be asked, or did not answer with a response of its own.

    Attributes:
        reason: what is wrong, or what the chaincode said.
        answered: whether the chaincode itself said so.
    """

    answered = False

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
