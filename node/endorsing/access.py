"""A policy of the channel that the caller does not satisfy."""

from tanhui.node.errors import NodeRefusal


class AccessDenied(NodeRefusal):
    """The message names channel and policy, as core/policy/policy.go does."""
