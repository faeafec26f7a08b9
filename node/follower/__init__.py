"""An auditor's own copy of a channel: every block judged again from the pinned genesis hash on.

Follows any peer that delivers blocks, believes nothing of it but what it recomputed, keeps its own ledger
and transparency log, and stops with evidence where the peer says something else (docs/audit.md).
"""

from tanhui.node.follower.audit_log import AuditLog
from tanhui.node.follower.deliver_source import DeliverSource, SourceError
from tanhui.node.follower.evidence import Evidence, LieFound
from tanhui.node.follower.follower import Follower, FollowerSettings
from tanhui.node.follower.replay import Accepted, Replay

__all__ = [
    "Accepted",
    "AuditLog",
    "DeliverSource",
    "Evidence",
    "Follower",
    "FollowerSettings",
    "LieFound",
    "Replay",
    "SourceError",
]
