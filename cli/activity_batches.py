"""How the intake's lines become the order of one transaction."""

from typing import Any, Final

import msgspec
import rfc8785

from tanhui.registry_api.intake.queue import Batch

RECORD_BATCH: Final = "activities:RecordBatch"


def batch_argument(batch: Batch) -> bytes:
    """What the upload's lines have in common, the batch's request id, and the lines; canonical JSON."""
    order: dict[str, Any] = msgspec.json.decode(batch.header)
    order["request_id"] = batch.request_id
    order["activities"] = msgspec.json.decode(batch.activities)
    return rfc8785.dumps(order)
