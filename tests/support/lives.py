"""State machines run for many lives, and what they came to."""

from typing import TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

MachineT = TypeVar("MachineT", bound=RuleBasedStateMachine)


def lived(machine: type[MachineT], lives: int, steps: int) -> type[MachineT]:
    """A class of its own, with the counts of these lives alone.

    An invariant that is broken fails here, with the shortest life that breaks it.
    """

    class Counted(machine):  # type: ignore[misc,valid-type]  # a type variable stands for one class at a time
        pass

    run_state_machine_as_test(
        Counted,
        settings=settings(
            max_examples=lives,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        ),
    )
    return Counted
