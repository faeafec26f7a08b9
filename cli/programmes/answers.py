"""What a step expects of an answer, and what it keeps of it."""

from typing import Any


def holds(answer: Any, expected: Any) -> bool:
    """Whether an answer has everything that is expected: members of objects, whole lists."""
    if isinstance(expected, dict):
        return isinstance(answer, dict) and all(
            name in answer and holds(answer[name], one) for name, one in expected.items()
        )
    if isinstance(expected, list):
        return (
            isinstance(answer, list)
            and len(answer) == len(expected)
            and all(holds(a, b) for a, b in zip(answer, expected, strict=True))
        )
    return bool(answer == expected)


def at(answer: Any, path: str) -> Any:
    """A part of an answer: `items.0.batch`."""
    for name in path.split("."):
        answer = answer[int(name)] if isinstance(answer, list) else answer[name]
    return answer
