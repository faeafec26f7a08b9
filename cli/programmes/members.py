"""Who takes part in a data set's programme: made-up ids, and a topology in which one person signs for each."""

from typing import Final

import msgspec

from tanhui.cli.demo.setting import unit_organisation
from tanhui.cli.programmes.data_set import DataSet
from tanhui.cli.registry_process import embedded_topology
from tanhui.network.channel.topology import Topology, User

MEMBERS_FROM: Final = 90_000
"""Numbers of the made-up ids of a data set's organisations; institutions have lower ones."""
BATCH_MS: Final = 10
HOST: Final = "ExchangeMSP"
"""Organisations without an MSP of their own: the exchange's authority vouches for who speaks for them."""


def topology_for(data: DataSet) -> Topology:
    """The embedded topology with a person for each organisation of the data set."""
    embedded = embedded_topology()
    people = [
        User(
            name=name,
            attributes={
                "tanhui.org": member_id(data, name),
                "tanhui.role": ",".join(member.roles),
                "tanhui.person": f"{name}-1",
            },
        )
        for name, member in data.organisations.items()
    ]
    organisations = [
        msgspec.structs.replace(one, users=_others(one.users, people) + people) if one.msp_id == HOST else one
        for one in embedded.organisations
    ]
    batch = msgspec.structs.replace(embedded.channel.batch, timeout_ms=BATCH_MS)
    channel = msgspec.structs.replace(embedded.channel, batch=batch)
    return msgspec.structs.replace(embedded, organisations=organisations, channel=channel)


def _others(users: list[User], people: list[User]) -> list[User]:
    """The users whose names the data set does not give to its own people."""
    taken = {one.name for one in people}
    return [one for one in users if one.name not in taken]


def member_id(data: DataSet, name: str) -> str:
    """The made-up id of one of the data set's organisations."""
    return unit_organisation(MEMBERS_FROM + list(data.organisations).index(name))
