"""What mirrors may be used for: the agreement says so, across fields (跨领域互通)."""

from tanhui.chaincode.rules.errors import recognition as codes
from tanhui.chaincode.rules.recognition.terms import MIRROR_PREFIX, Use
from tanhui.chaincode.transactions.credits.record import Pieces
from tanhui.chaincode.transactions.tx import Tx


async def require_use(tx: Tx, pieces: Pieces, use: Use) -> None:
    """Refuse units of another region for a use that their agreement does not allow; own units are not read.

    Raises:
        Refusal: recognition.use.
    """
    batches = sorted({one.batch for one in pieces if one.batch.startswith(MIRROR_PREFIX)})
    for batch, mirror in zip(batches, await tx.mirrors.find_all(*batches) if batches else (), strict=True):
        if mirror is not None and use not in mirror.uses:
            raise codes.USE.at("pieces", batch, use=use)
