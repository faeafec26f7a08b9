"""A chaincode without carbon that asks a peer for everything that Fabric offers, through our shim.

tests/support/node_chaincode/kit.mjs has the same put, get and call with the official Node shim.

| function | arguments | does |
| --- | --- | --- |
| put, get, delete | key, value | public state |
| history | key | versions, newest first, as JSON |
| range | start, end | keys as JSON |
| page | start, end, size, bookmark | keys and bookmark as JSON |
| hide | collection, key | private write of the transient value "value" |
| reveal, digest, purge | collection, key | private read, its hash in hex, purge |
| hidden_range | collection, start, end | keys as JSON |
| guard | key, policy (hex) | sets the key's own endorsement policy |
| guarded | key | that policy in hex |
| call | chaincode, function, arguments… | another chaincode in the same transaction |
| fill | prefix, count, size | writes so many keys |
| weigh | key, … | the lengths of the values, as JSON, in one multi-get |
| echo | bytes | the same bytes |
| blow | size | so many bytes |
| bump | key, value | reads a key, then writes it |
| wait | seconds, key | writes the key, then answers late |
| announce | name, payload | an event |
| fault | | raises |
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import cast

from tanhui.chaincode.contract.stub import Response, Stub
from tanhui.chaincode.shim import ChaincodeStub

Body = Callable[[ChaincodeStub, list[str]], Awaitable[bytes]]


class KitChaincode:
    """`Chaincode`; raises nothing but what the shim must answer for it."""

    async def invoke(self, stub: Stub) -> Response:
        ours = cast("ChaincodeStub", stub)
        function = stub.arguments[0].decode()
        if function == "echo":
            return Response(200, "", stub.arguments[1])
        arguments = [argument.decode() for argument in stub.arguments[1:]]
        body: Body | None = getattr(self, f"_{function}", None)
        if body is None:
            return Response(500, f"no function {function}", b"")
        return Response(200, "", await body(ours, arguments))

    async def _put(self, stub: ChaincodeStub, arguments: list[str]) -> bytes:
        key, value = arguments
        stub.put_state(key, value.encode())
        return value.encode()

    async def _get(self, stub: ChaincodeStub, arguments: list[str]) -> bytes:
        (value,) = await stub.get_states(arguments)
        return value or b""

    async def _delete(self, stub: ChaincodeStub, arguments: list[str]) -> bytes:
        stub.delete_state(arguments[0])
        return b""

    async def _history(self, stub: ChaincodeStub, arguments: list[str]) -> bytes:
        versions = await stub.get_history(arguments[0])
        return json.dumps([[one.value.decode(), one.is_delete] for one in versions]).encode()

    async def _range(self, stub: ChaincodeStub, arguments: list[str]) -> bytes:
        return json.dumps([one.key for one in await stub.get_state_range(*arguments)]).encode()

    async def _page(self, stub: ChaincodeStub, arguments: list[str]) -> bytes:
        start, end, size, bookmark = arguments
        page = await stub.get_state_page(start, end, int(size), bookmark)
        return json.dumps([[one.key for one in page.entries], page.bookmark]).encode()

    async def _hide(self, stub: ChaincodeStub, arguments: list[str]) -> bytes:
        collection, key = arguments
        stub.put_state(key, stub.transient["value"], collection)
        return b""

    async def _reveal(self, stub: ChaincodeStub, arguments: list[str]) -> bytes:
        collection, key = arguments
        (value,) = await stub.get_states([key], collection)
        return value or b""

    async def _digest(self, stub: ChaincodeStub, arguments: list[str]) -> bytes:
        collection, key = arguments
        found = await stub.get_private_data_hash(collection, key)
        return b"" if found is None else found.hex().encode()

    async def _purge(self, stub: ChaincodeStub, arguments: list[str]) -> bytes:
        stub.purge_private_data(*arguments)
        return b""

    async def _hidden_range(self, stub: ChaincodeStub, arguments: list[str]) -> bytes:
        collection, start, end = arguments
        found = await stub.get_state_range(start, end, collection)
        return json.dumps([one.key for one in found]).encode()

    async def _guard(self, stub: ChaincodeStub, arguments: list[str]) -> bytes:
        key, policy = arguments
        stub.set_validation_parameter(key, bytes.fromhex(policy))
        return b""

    async def _guarded(self, stub: ChaincodeStub, arguments: list[str]) -> bytes:
        found = await stub.get_validation_parameter(arguments[0])
        return b"" if found is None else found.hex().encode()

    async def _call(self, stub: ChaincodeStub, arguments: list[str]) -> bytes:
        name, *rest = arguments
        answer = await stub.invoke_chaincode(name, [one.encode() for one in rest])
        return f"{answer.status} {answer.message}".encode() if answer.status != 200 else answer.payload

    async def _fill(self, stub: ChaincodeStub, arguments: list[str]) -> bytes:
        prefix, number, size = arguments
        for at in range(int(number)):
            stub.put_state(f"{prefix}{at:06d}", b"x" * int(size))
        return number.encode()

    async def _weigh(self, stub: ChaincodeStub, arguments: list[str]) -> bytes:
        return json.dumps([len(value or b"") for value in await stub.get_states(arguments)]).encode()

    async def _blow(self, _stub: ChaincodeStub, arguments: list[str]) -> bytes:
        return bytes(int(arguments[0]))

    async def _bump(self, stub: ChaincodeStub, arguments: list[str]) -> bytes:
        key, value = arguments
        (before,) = await stub.get_states([key])
        stub.put_state(key, value.encode())
        return before or b""

    async def _wait(self, stub: ChaincodeStub, arguments: list[str]) -> bytes:
        seconds, key = arguments
        await stub.get_states([key])
        stub.put_state(key, b"late")
        await asyncio.sleep(float(seconds))
        return b"late"

    async def _announce(self, stub: ChaincodeStub, arguments: list[str]) -> bytes:
        name, payload = arguments
        stub.set_event(name, payload.encode())
        return b""

    async def _fault(self, _stub: ChaincodeStub, _arguments: list[str]) -> bytes:
        raise RuntimeError("a secret inside")
