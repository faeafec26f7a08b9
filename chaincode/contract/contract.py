"""A contract: runs the declared functions as transactions. Satisfies `Chaincode` of stub.py.

For each transaction: find the function, read its argument, read the caller, load what it names in one
multi-get, admit the caller, answer a repeat from its request, run it, write its changes once, set its event.
"""

import logging
from collections.abc import Callable, Iterable
from typing import Final, Generic, TypeVar

from tanhui.chaincode.contract import codes
from tanhui.chaincode.contract.caller import Caller, read_caller
from tanhui.chaincode.contract.canonical import canonical_json
from tanhui.chaincode.contract.context import Context
from tanhui.chaincode.contract.effects import EffectsEncoder
from tanhui.chaincode.contract.execution import Execution
from tanhui.chaincode.contract.function import Function
from tanhui.chaincode.contract.metadata import METADATA_FUNCTION, contract_metadata
from tanhui.chaincode.contract.refusal import Refusal, Refused, refusal_text
from tanhui.chaincode.contract.stub import Response, Stub

ContextT = TypeVar("ContextT", bound=Context)

OK: Final = 200
FAULT: Final = 500

_log = logging.getLogger(__name__)


class Contract(Generic[ContextT]):
    """The chaincode that the embedded node and the shim run.

    Args:
        title: shown in the metadata, with `version`.
        functions: what it can do.
        context: makes the context of one transaction.
        encode_effects: makes the event's document of what a function returned.
        status_of: the response status, 400 and above, of a refusal's code.
    """

    def __init__(
        self,
        title: str,
        version: str,
        functions: Iterable[Function],
        *,
        context: Callable[[Stub, Caller, bool], ContextT],
        encode_effects: EffectsEncoder,
        status_of: Callable[[str], int],
    ) -> None:
        self.functions = {function.name: function for function in functions}
        self._context = context
        self._encode_effects = encode_effects
        self._status_of = status_of
        self.metadata = contract_metadata(title, version, self.functions.values())

    async def invoke(self, stub: Stub) -> Response:
        """Run one transaction. Never raises: a refusal becomes status and four parts, a fault a bare 500."""
        try:
            return Response(OK, "", await self._run(stub))
        except Exception as error:  # noqa: BLE001  whatever went wrong inside must not reach a client
            if isinstance(error, Refused):
                return Response(self._status_of(error.code), refusal_text(error), b"")
            _log.exception("transaction %s failed", stub.transaction_id)
            fault = Refusal(codes.FAULT, "transaction", stub.transaction_id)
            return Response(FAULT, refusal_text(fault), b"")

    async def _run(self, stub: Stub) -> bytes:
        name = stub.arguments[0].decode("utf-8", "replace") if stub.arguments else ""
        if name == METADATA_FUNCTION:
            return self.metadata
        function = self.functions.get(name)
        if function is None:
            raise Refusal(codes.FUNCTION_UNKNOWN, "function", name)
        if len(stub.arguments) != 2:
            raise Refusal(codes.ARGUMENT_COUNT, "arguments", len(stub.arguments) - 1, expected=1)
        order = function.argument.read(stub.arguments[1])
        context = self._context(stub, read_caller(stub.creator), function.is_query)
        if function.is_query:
            await context.admit(function)
            return canonical_json(await function.handler(context, order))
        execution = Execution(function, context, order, stub.arguments[1], self._encode_effects)
        return await execution.answer()
