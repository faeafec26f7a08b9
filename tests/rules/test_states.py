"""State machines: exactly the moves that domain.md draws."""

import pytest

from tanhui.chaincode.rules import states
from tanhui.chaincode.rules.errors import Refusal

MACHINES = [
    states.METHODOLOGY,
    states.PROJECT,
    states.PERIOD,
    states.OFFER,
    states.ACTIVITY_BATCH,
    states.REWARD,
    states.REWARD_SHARE,
    states.VOUCHER,
    states.DRAW,
    states.EVENT,
    states.ASSESSMENT,
    states.INTENT,
    states.LISTING,
    states.TRADE,
    states.REFERENCE_PRICE,
]


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.field)
def test_every_pair_of_states_is_allowed_or_refused(machine: states.Machine) -> None:
    for now, following in machine.moves.items():
        for to in machine.moves:
            if to in following:
                assert machine.require_move(now, to) == to
            else:
                with pytest.raises(Refusal) as refused:
                    machine.require_move(now, to)
                assert (refused.value.code, refused.value.value) == ("states.not_allowed", now)
                assert refused.value.params == {"to": to, "allowed": ", ".join(following) or "-"}


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.field)
def test_every_state_is_reached_from_the_first(machine: states.Machine) -> None:
    seen: set[str] = set()
    ahead = [next(iter(machine.moves))]
    while ahead:
        state = ahead.pop()
        if state not in seen:
            seen.add(state)
            ahead += machine.moves[state]
    assert seen == set(machine.moves)


def test_a_state_is_required() -> None:
    states.OFFER.require_in("offered", "offered")
    with pytest.raises(Refusal) as refused:
        states.OFFER.require_in("accepted", "offered", "rejected")
    assert (refused.value.code, refused.value.value) == ("states.required", "accepted")
    assert refused.value.params == {"allowed": "offered, rejected"}
