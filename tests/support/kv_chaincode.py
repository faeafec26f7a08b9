"""A chaincode without carbon: keys and values, refusals, events, history, and ways to misbehave."""

import json

from tanhui.chaincode.contract.stub import Response, Stub


class KvChaincode:
    """Functions: put key value [event], get key, delete key, keys, transient, history key, refuse, crash."""

    async def invoke(self, stub: Stub) -> Response:
        function, *arguments = [argument.decode() for argument in stub.arguments] or [""]
        match function, arguments:
            case "put", [key, value, *rest]:
                await stub.get_states([key])
                stub.put_state(key, value.encode())
                for name in rest:
                    stub.set_event(name, value.encode())
                return Response(200, "", key.encode())
            case "blind", [key, value]:
                stub.put_state(key, value.encode())
                return Response(200, "", b"")
            case "get", [key]:
                (found,) = await stub.get_states([key])
                return Response(200, "", found) if found is not None else Response(404, f"no {key}", b"")
            case "delete", [key]:
                stub.delete_state(key)
                return Response(200, "", b"")
            case "keys", []:
                entries = await stub.get_state_range("", "")
                return Response(200, "", json.dumps([entry.key for entry in entries]).encode())
            case "history", [key]:
                versions = [one.value.decode() for one in await stub.get_history(key)]
                return Response(200, "", json.dumps(versions).encode())
            case "transient", []:
                return Response(200, "", json.dumps(sorted(stub.transient)).encode())
            case "refuse", [status, message]:
                return Response(int(status), message, b"")
            case "crash", []:
                raise RuntimeError("secret inner detail")
            case _:
                return Response(500, f"no function {function} with {len(arguments)} arguments", b"")
