"""The base of what the node's own parts raise."""


class NodeRefusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """Something the node refuses; subclasses say what."""


class NodeUnavailable(NodeRefusal):
    """The node stops, or cannot go on: callers are told UNAVAILABLE."""
