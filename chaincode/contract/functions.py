"""The decorators that make a Python function a function of the contract, and what they declare.

A declared function stays an ordinary coroutine function: a test may call it with any context. The contract
collects the declarations from the modules that it is given.
"""

import inspect
import pkgutil
from collections.abc import Awaitable, Callable, Collection, Iterator
from importlib import import_module
from types import ModuleType
from typing import Any, Final, Literal, TypeVar, get_type_hints

import msgspec

from tanhui.chaincode.contract.arguments import ArgumentReader
from tanhui.chaincode.contract.context import Context
from tanhui.chaincode.contract.function import Function
from tanhui.chaincode.contract.orders import Order

ContextT = TypeVar("ContextT", bound=Context)
OrderT = TypeVar("OrderT", bound=msgspec.Struct)
ResultT = TypeVar("ResultT")

_DECLARATION: Final = "__contract_function__"


def transaction(
    name: str,
    *,
    roles: Collection[str] | None,
    persons: Literal[1, 2] = 1,
    reads: Callable[[Any, Any], Collection[str]] | None = None,
) -> Callable[
    [Callable[[ContextT, OrderT], Awaitable[ResultT]]], Callable[[ContextT, OrderT], Awaitable[ResultT]]
]:
    """Declare a function that writes. It takes a context and an Order, and returns its effect or effects.

    Args:
        name: `lane:Verb`.
        roles: who may call it; None leaves that to the function itself.
        persons: 2 for the two-person rule (proposals.py).
        reads: names the keys that the function will read, so that they come with the first multi-get. A
            hint only: whatever else the function reads is read when it asks.
    """

    def declare(
        handler: Callable[[ContextT, OrderT], Awaitable[ResultT]],
    ) -> Callable[[ContextT, OrderT], Awaitable[ResultT]]:
        function = _function(name, handler, roles, persons=persons, reads=reads, is_query=False)
        if not issubclass(function.argument.kind, Order):
            raise TypeError(f"{name}: what writes takes an Order, with its request_id")
        setattr(handler, _DECLARATION, function)
        return handler

    return declare


def query(
    name: str, *, roles: Collection[str] | None = None
) -> Callable[
    [Callable[[ContextT, OrderT], Awaitable[ResultT]]], Callable[[ContextT, OrderT], Awaitable[ResultT]]
]:
    """Declare a function that only reads. What it returns is answered as canonical JSON."""

    def declare(
        handler: Callable[[ContextT, OrderT], Awaitable[ResultT]],
    ) -> Callable[[ContextT, OrderT], Awaitable[ResultT]]:
        setattr(handler, _DECLARATION, _function(name, handler, roles, persons=1, reads=None, is_query=True))
        return handler

    return declare


def functions_in(package: ModuleType) -> Iterator[Function]:
    """The functions declared in a package and everything under it, in the order of their names."""
    found: dict[str, Function] = {}
    names = [package.__name__]
    names += [info.name for info in pkgutil.walk_packages(package.__path__, package.__name__ + ".")]
    for module_name in names:
        for member in vars(import_module(module_name)).values():
            function = getattr(member, _DECLARATION, None)
            if not isinstance(function, Function) or member.__module__ != module_name:
                continue
            if function.name in found:
                raise TypeError(f"{function.name} is declared twice")
            found[function.name] = function
    yield from (found[name] for name in sorted(found))


def _function(
    name: str,
    handler: Callable[[Any, Any], Awaitable[Any]],
    roles: Collection[str] | None,
    *,
    persons: Literal[1, 2],
    reads: Callable[[Any, Any], Collection[str]] | None,
    is_query: bool,
) -> Function:
    hints = get_type_hints(handler)
    parameters = list(inspect.signature(handler).parameters)
    if len(parameters) != 2 or parameters[1] not in hints:
        raise TypeError(f"{name}: takes a context and one annotated record")
    if name.count(":") != 1:
        raise TypeError(f"{name}: is not `lane:Verb`")
    return Function(
        name=name,
        roles=None if roles is None else frozenset(str(role) for role in roles),
        persons=persons,
        is_query=is_query,
        handler=handler,
        reads=reads,
        argument=ArgumentReader(hints[parameters[1]]),
        result=hints.get("return"),
        doc=inspect.getdoc(handler) or "",
    )
