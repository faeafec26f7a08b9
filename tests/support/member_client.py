"""A member of the channel who calls one chaincode of an embedded node through its Gateway."""

from typing import Any

from tanhui.network.gateway import Contract, ProposalOptions
from tanhui.node.node import Node
from tests.support.kv_node import gateway


class Client:
    """A member's view of one chaincode."""

    def __init__(
        self, node: Node, chaincode: str = "kit", msp_id: str = "OneMSP", user: str = "alice"
    ) -> None:
        self.contract: Contract = gateway(node, msp_id, user).network("credits").contract(chaincode)

    async def submit(self, function: str, *arguments: str | bytes, **options: Any) -> bytes:
        return await self.contract.submit(function, ProposalOptions(arguments, **options))

    async def evaluate(self, function: str, *arguments: str | bytes) -> bytes:
        return await self.contract.evaluate(function, ProposalOptions(arguments))
