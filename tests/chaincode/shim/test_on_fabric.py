"""The shim against Fabric's own peers, with a chaincode that knows nothing of carbon, and beside the official shim."""

import asyncio
import hashlib
import json
import uuid
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import pytest

from tanhui.network.gateway import CommitError, Contract, GatewayError, ProposalOptions, connect
from tanhui.network.protocol.policy_dsl import parse_signature_policy
from tests.support.real_network import CHANNEL, RealNetwork

pytestmark = pytest.mark.fabric

Result = TypeVar("Result")


class Kit:
    """One of the two chaincodes, as a client of the regulator."""

    def __init__(self, real: RealNetwork, chaincode: str = "kit") -> None:
        self.real = real
        signer = real.client()
        self._gateway = connect(real.transport, signer.identity, signer.signer)
        self.contract: Contract = self._gateway.network(CHANNEL).contract(chaincode)

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        return self.real.loop.run(work)

    def submit(self, function: str, *arguments: str | bytes, **options: Any) -> bytes:
        return self.run(self.submitting(function, *arguments, **options))

    def evaluate(self, function: str, *arguments: str | bytes) -> bytes:
        return self.run(self.contract.evaluate(function, ProposalOptions(arguments)))

    async def submitting(self, function: str, *arguments: str | bytes, **options: Any) -> bytes:
        """Again while a peer is a block behind: then their endorsements differ, and nothing was sent."""
        while True:
            try:
                return await self.contract.submit(function, ProposalOptions(arguments, **options))
            except GatewayError as error:
                if "do not match" not in str(error):
                    raise
            await asyncio.sleep(0.05)


@pytest.fixture
def kit(real: RealNetwork) -> Kit:
    return Kit(real)


@pytest.fixture
def key() -> str:
    return uuid.uuid4().hex


def eventually(value: Callable[[], Any], wanted: Any, kit: Kit, seconds: float = 20) -> None:
    """Private data reaches a peer after the block."""
    for _ in range(int(seconds / 0.2)):
        if value() == wanted:
            return
        kit.run(asyncio.sleep(0.2))
    assert value() == wanted


def test_history_is_newest_first(kit: Kit, key: str) -> None:
    kit.submit("put", key, "one")
    kit.submit("put", key, "two")
    kit.submit("delete", key)
    assert kit.evaluate("get", key) == b""
    assert json.loads(kit.evaluate("history", key)) == [["", True], ["two", False], ["one", False]]


def test_ranges_in_parts_and_pages_with_bookmarks(kit: Kit, key: str) -> None:
    """250 keys are three parts of a peer's hundred."""
    kit.submit("fill", key, "250", "1")
    wanted = [f"{key}{at:06d}" for at in range(250)]
    assert json.loads(kit.evaluate("range", key, f"{key}~")) == wanted
    found: list[str] = []
    bookmark = ""
    for _ in range(3):
        page, bookmark = json.loads(kit.evaluate("page", key, f"{key}~", "100", bookmark))
        found += page
    assert (found, bookmark) == (wanted, "")


def test_private_data_stays_off_the_ledger_and_is_purged(kit: Kit, key: str) -> None:
    secret = b"a secret of " + key.encode()
    kit.submit("hide", "shared", key, transient={"value": secret})
    assert kit.evaluate("digest", "shared", key).decode() == hashlib.sha256(secret).hexdigest()
    eventually(lambda: kit.evaluate("reveal", "shared", key), secret, kit)
    assert json.loads(kit.evaluate("hidden_range", "shared", key, f"{key}~")) == [key]
    kit.submit("purge", "shared", key)
    assert kit.evaluate("reveal", "shared", key) == b""
    assert kit.evaluate("digest", "shared", key) == b""


def test_a_key_has_a_policy_of_its_own(kit: Kit, key: str) -> None:
    """Both organisations must endorse, except this key, which the operator alone may write."""
    text = parse_signature_policy("OR('OperatorMSP.peer')").SerializeToString().hex()
    only = {"endorsing_organisations": ["OperatorMSP"]}
    with pytest.raises(CommitError):
        kit.submit("put", key, "early", **only)
    kit.submit("put", key, "first")
    kit.submit("guard", key, text)
    assert kit.evaluate("guarded", key).decode() == text
    kit.submit("put", key, "second", **only)
    assert kit.evaluate("get", key) == b"second"


def test_chaincodes_of_both_shims_call_one_another(real: RealNetwork, kit: Kit, key: str) -> None:
    node = Kit(real, "nodekit")
    assert kit.submit("call", "nodekit", "put", key, "from Python") == b"from Python"
    assert node.evaluate("get", key) == b"from Python"
    assert kit.evaluate("call", "nodekit", "get", key) == b"from Python"
    assert node.submit("call", "kit", "put", key, "from Node") == b"from Node"
    assert kit.evaluate("get", key) == b"from Node"
    assert node.evaluate("call", "kit", "get", key) == b"from Node"


def test_a_called_chaincodes_refusal_is_an_answer(kit: Kit) -> None:
    assert kit.evaluate("call", "nodekit", "nonsense") == b"500 no function nonsense"


def test_a_fault_is_answered_without_its_text(kit: Kit) -> None:
    with pytest.raises(GatewayError, match="the chaincode failed: RuntimeError") as caught:
        kit.submit("fault")
    assert "a secret inside" not in str(caught.value)


def test_a_peers_refusal_reaches_the_client(kit: Kit, key: str) -> None:
    with pytest.raises(GatewayError, match=r"collection credits/kit/nowhere could not be found|nowhere"):
        kit.evaluate("reveal", "nowhere", key)


def test_many_keys_in_one_transaction(kit: Kit, key: str) -> None:
    """2,500 writes are three batches; 1,500 reads two multi-gets."""
    kit.submit("fill", key, "2500", "7")
    keys = [f"{key}{at:06d}" for at in range(1_500)]
    assert json.loads(kit.evaluate("weigh", *keys)) == [7] * 1_500


def test_three_hundred_transactions_at_once(kit: Kit, key: str) -> None:
    async def all_at_once() -> list[bytes]:
        return await asyncio.gather(*(kit.submitting("put", f"{key}{at}", str(at)) for at in range(300)))

    assert kit.run(all_at_once()) == [str(at).encode() for at in range(300)]
    assert json.loads(kit.evaluate("weigh", *(f"{key}{at}" for at in range(300)))) == [
        len(str(at)) for at in range(300)
    ]


def test_a_message_near_fabrics_limit_goes_both_ways(kit: Kit) -> None:
    """A peer takes 100 MiB in one message; the shim's stream carries the argument there and the answer back."""
    size = 45 << 20
    blob = hashlib.sha256(b"seed").digest() * (size // 32)
    assert kit.evaluate("echo", blob) == blob


def test_a_service_that_was_killed_is_dialled_again(real: RealNetwork, kit: Kit, key: str) -> None:
    """Without one organisation's service its endorsement is missing, and nothing is ordered; then all is well."""
    service = real.native.chaincodes.services["kit.regulator.example"]
    service.program.stop()
    with pytest.raises(GatewayError, match="RegulatorMSP"):
        kit.submit("put", key, "in vain")
    real.native.chaincodes.up()
    assert kit.submit("put", key, "again") == b"again"
    assert json.loads(kit.evaluate("history", key)) == [["again", False]]
