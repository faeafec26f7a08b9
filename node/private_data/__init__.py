"""Private data in clear: what endorsers have seen, and what of it was committed."""

from tanhui.node.private_data.store import PrivateStore

__all__ = ["PrivateStore"]
