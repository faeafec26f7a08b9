"""The expression tree: one small record a node, with the interval in which its value must lie.

| JSON | value |
| --- | --- |
| {"input": name} | the record's input |
| {"const": "n"} | n |
| {"add": [e, …]}, {"mul": [e, …]} | sum, product |
| {"sub": [a, b]} | a − b |
| {"div": [a, b]} | floor(a ÷ b), toward −∞ |
| {"scale": [e, factor, …]} | floor(e × Π numerators ÷ Π denominators), rounded once |
| {"min": [e, …]}, {"max": [e, …]} | least, greatest |
| {"clamp": [e, low, high]} | max(low, min(e, high)) |
| {"lookup": [table, key, …]} | the cell whose intervals hold the keys |

Interval arithmetic over the declared inputs runs while the tree is parsed. It is conservative: a formula that
is refused for a value that cannot really occur says so with a clamp.
"""

from dataclasses import dataclass
from math import prod

from tanhui.chaincode.rules.errors import formula as codes
from tanhui.chaincode.rules.formula import limits
from tanhui.chaincode.rules.formula.document import Document, Table, malformed, number


@dataclass(frozen=True, slots=True)
class Node:
    """One operation. `low..high` holds every value that inputs within their ranges can give it.

    `operator` is a key of the table above; `number` is a constant's value or an input's position; `ratio` a
    scale's (numerator, denominator); `table` a look-up's.
    """

    operator: str
    operands: tuple["Node", ...]
    low: int
    high: int
    number: int = 0
    ratio: tuple[int, int] = (1, 1)
    table: Table | None = None


class Parser:
    """Reads one document's tree; counts nodes and notes which names it used."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._positions = {one.name: at for at, one in enumerate(document.inputs)}
        self._nodes = 0
        self._used: set[tuple[str, str]] = set()

    def parse(self) -> Node:
        """The whole tree, its value within 0..GRAMS_MAX, every declared name used.

        Raises:
            Refusal: formula.*.
        """
        root = self._node(self._document.grams, "grams", 1)
        if root.low < 0 or root.high > limits.GRAMS_MAX:
            raise codes.OVERFLOWS.at("grams", f"{root.low}..{root.high}", low=0, high=limits.GRAMS_MAX)
        declared = [("input", name) for name in self._positions]
        declared += [("factor", name) for name in self._document.factors]
        declared += [("table", name) for name in self._document.tables]
        for kind, name in declared:
            if (kind, name) not in self._used:
                raise codes.UNUSED_NAME.at(kind, name)
        return root

    def _node(self, value: object, path: str, depth: int) -> Node:
        self._nodes += 1
        if self._nodes > limits.TREE_NODES_MAX:
            raise codes.SIZE.at("nodes", self._nodes, limit=limits.TREE_NODES_MAX)
        if depth > limits.TREE_DEPTH_MAX:
            raise codes.SIZE.at("depth", depth, limit=limits.TREE_DEPTH_MAX)
        if not isinstance(value, dict) or len(value) != 1:
            malformed(path, "an object with one operator", value)
        ((operator, body),) = value.items()
        path = f"{path}.{operator}"
        match operator:
            case "input":
                return self._input(body, path)
            case "const":
                constant = number(body, path)
                return Node("const", (), constant, constant, constant)
            case "scale":
                return self._scale(body, path, depth)
            case "lookup":
                return self._lookup(body, path, depth)
            case _:
                return self._arithmetic(operator, body, path, depth)

    def _input(self, body: object, path: str) -> Node:
        name = self._name("input", body, path, self._positions)
        position = self._positions[name]
        declared = self._document.inputs[position]
        return Node("input", (), declared.low, declared.high, position)

    def _arithmetic(self, operator: str, body: object, path: str, depth: int) -> Node:
        arity = {"add": 0, "mul": 0, "min": 0, "max": 0, "sub": 2, "div": 2, "clamp": 3}.get(operator)
        if arity is None:
            malformed(path, "a known operator", operator)
        parts = self._operands(body, path, depth, arity)
        low, high = _interval(operator, parts, path)
        return _bounded(Node(operator, parts, low, high), path)

    def _scale(self, body: object, path: str, depth: int) -> Node:
        listed = _listed(body, path, 2)
        inner = self._node(listed[0], f"{path}[0]", depth + 1)
        names = [self._name("factor", one, path, self._document.factors) for one in listed[1:]]
        factors = [self._document.factors[name] for name in names]
        top, bottom = prod(f.numerator for f in factors), prod(f.denominator for f in factors)
        products = (inner.low * top, inner.high * top)
        if bottom > limits.VALUE_ABS_MAX:
            raise codes.OVERFLOWS.at(path, bottom, low=1, high=limits.VALUE_ABS_MAX)
        _bounded(Node("mul", (), min(products), max(products)), path)
        return Node("scale", (inner,), min(products) // bottom, max(products) // bottom, ratio=(top, bottom))

    def _lookup(self, body: object, path: str, depth: int) -> Node:
        listed = _listed(body, path, 2)
        table = self._document.tables[self._name("table", listed[0], path, self._document.tables)]
        if len(listed) - 1 != len(table.axes):
            malformed(path, f"{len(table.axes)} keys", f"{len(listed) - 1} keys")
        keys = tuple(self._node(one, f"{path}[{at}]", depth + 1) for at, one in enumerate(listed[1:], 1))
        for key, axis in zip(keys, table.axes, strict=True):
            if key.low < axis[0] or key.high >= axis[-1]:
                raise codes.OUTSIDE_TABLE.at(path, f"{key.low}..{key.high}", low=axis[0], high=axis[-1] - 1)
        return Node("lookup", keys, min(table.values), max(table.values), table=table)

    def _operands(self, body: object, path: str, depth: int, arity: int) -> tuple[Node, ...]:
        listed = _listed(body, path, arity or 1)
        if arity and len(listed) != arity:
            malformed(path, f"{arity} operands", f"{len(listed)} operands")
        return tuple(self._node(one, f"{path}[{at}]", depth + 1) for at, one in enumerate(listed))

    def _name(self, kind: str, value: object, path: str, declared: object) -> str:
        if not isinstance(value, str):
            malformed(path, f"the name of a declared {kind}", value)
        if not isinstance(declared, dict) or value not in declared:
            raise codes.UNKNOWN_NAME.at(path, value[:60], kind=kind)
        self._used.add((kind, value))
        return value


def _interval(operator: str, parts: tuple[Node, ...], path: str) -> tuple[int, int]:
    lows, highs = [part.low for part in parts], [part.high for part in parts]
    match operator:
        case "add":
            bounds = sum(lows), sum(highs)
        case "sub":
            bounds = lows[0] - highs[1], highs[0] - lows[1]
        case "mul":
            bounds = _product(parts, path)
        case "div":
            if lows[1] <= 0 <= highs[1]:
                raise codes.DIVIDES_BY_ZERO.at(path, "0", low=lows[1], high=highs[1])
            corners = [a // b for a in (lows[0], highs[0]) for b in (lows[1], highs[1])]
            bounds = min(corners), max(corners)
        case "min":
            bounds = min(lows), min(highs)
        case "max":
            bounds = max(lows), max(highs)
        case _:  # clamp
            bounds = max(lows[1], min(lows[0], lows[2])), max(highs[1], min(highs[0], highs[2]))
    return bounds


def _product(parts: tuple[Node, ...], path: str) -> tuple[int, int]:
    low, high = parts[0].low, parts[0].high
    for part in parts[1:]:
        corners = [a * b for a in (low, high) for b in (part.low, part.high)]
        low, high = min(corners), max(corners)
        _bounded(Node("mul", (), low, high), path)
    return low, high


def _bounded(node: Node, path: str) -> Node:
    bound = limits.VALUE_ABS_MAX
    if node.low < -bound or node.high > bound:
        raise codes.OVERFLOWS.at(path, f"{node.low}..{node.high}", low=-bound, high=bound)
    return node


def _listed(body: object, path: str, low: int) -> list[object]:
    if not isinstance(body, list) or len(body) < low:
        malformed(path, f"a list of at least {low}", body)
    if len(body) > limits.OPERANDS_MAX:
        raise codes.SIZE.at(path, len(body), limit=limits.OPERANDS_MAX)
    return body
