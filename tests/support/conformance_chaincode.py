"""A small chaincode for checking networks and clients: it knows nothing of carbon.

It runs in the embedded node and, through the shim, in a Fabric network, so that one suite serves both.

| function | arguments | does |
| --- | --- | --- |
| echo | any | answers with the function and its arguments, joined by `|` |
| put | key, value | writes |
| get | key | answers with the value, "" when absent |
| delete | key | deletes |
| increment | key | reads, adds one, writes: two at once conflict |
| event | name, payload | announces |
| transient | key | answers with the transient value |
| refuse | status, message | refuses |
| fault | | raises |
"""

from collections.abc import Awaitable, Callable

from tanhui.chaincode.contract.stub import Response, Stub


class ConformanceChaincode:
    """`Chaincode`."""

    def __init__(self) -> None:
        self._functions: dict[str, Callable[[Stub, list[str]], Awaitable[Response]]] = {
            "echo": self._echo,
            "put": self._put,
            "get": self._get,
            "delete": self._delete,
            "increment": self._increment,
            "event": self._event,
            "transient": self._transient,
            "refuse": self._refuse,
            "fault": self._fault,
        }

    async def invoke(self, stub: Stub) -> Response:
        function, *arguments = (argument.decode() for argument in stub.arguments)
        body = self._functions.get(function.rpartition(":")[2])
        if body is None:
            return Response(500, f"no function {function}", b"")
        try:
            return await body(stub, arguments)
        except Exception as reason:  # noqa: BLE001 - the port's rule: a fault is an answer
            return Response(500, f"the chaincode failed: {type(reason).__name__}", b"")

    async def _echo(self, stub: Stub, _arguments: list[str]) -> Response:
        return Response(200, "", b"|".join(stub.arguments))

    async def _put(self, stub: Stub, arguments: list[str]) -> Response:
        key, value = arguments
        stub.put_state(key, value.encode())
        return Response(200, "", value.encode())

    async def _get(self, stub: Stub, arguments: list[str]) -> Response:
        (value,) = await stub.get_states(arguments[:1])
        return Response(200, "", value or b"")

    async def _delete(self, stub: Stub, arguments: list[str]) -> Response:
        stub.delete_state(arguments[0])
        return Response(200, "", b"")

    async def _increment(self, stub: Stub, arguments: list[str]) -> Response:
        (value,) = await stub.get_states(arguments[:1])
        total = int(value or b"0") + 1
        stub.put_state(arguments[0], str(total).encode())
        return Response(200, "", str(total).encode())

    async def _event(self, stub: Stub, arguments: list[str]) -> Response:
        name, payload = arguments
        stub.set_event(name, payload.encode())
        return Response(200, "", b"")

    async def _transient(self, stub: Stub, arguments: list[str]) -> Response:
        return Response(200, "", stub.transient[arguments[0]])

    async def _refuse(self, _stub: Stub, arguments: list[str]) -> Response:
        return Response(int(arguments[0]), arguments[1], b"")

    async def _fault(self, _stub: Stub, _arguments: list[str]) -> Response:
        raise RuntimeError("a fault inside")
