"""Layouts: enough, nothing to spare, and the preferred organisation kept while it can be."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from tanhui.node.endorsing.layouts import smallest_layout

ORGS = ("A", "B", "C", "D", "E")


def test_any_one_is_the_preferred_one() -> None:
    assert smallest_layout(ORGS, "C", lambda chosen: len(chosen) >= 1) == ("C",)


def test_a_majority_holds_the_preferred_one_first() -> None:
    assert smallest_layout(ORGS, "D", lambda chosen: len(chosen) >= 3) == ("D", "A", "B")


def test_an_organisation_that_the_policy_names_is_asked_even_when_another_is_preferred() -> None:
    assert smallest_layout(ORGS, "B", lambda chosen: "E" in chosen) == ("E",)


def test_none_when_all_together_do_not_suffice() -> None:
    assert smallest_layout(("A", "B"), "A", lambda chosen: len(chosen) >= 3) is None


def test_a_preferred_one_that_is_not_available_is_not_invented() -> None:
    assert smallest_layout(("A", "B"), "Z", lambda chosen: len(chosen) >= 2) == ("A", "B")


@given(
    groups=st.lists(st.sets(st.sampled_from(ORGS), min_size=1), min_size=1, max_size=4),
    preferred=st.sampled_from(ORGS),
)
def test_a_layout_suffices_and_no_member_can_be_spared(groups: list[set[str]], preferred: str) -> None:
    def satisfied(chosen: Sequence[str]) -> bool:
        return any(group <= set(chosen) for group in groups)

    layout = smallest_layout(ORGS, preferred, satisfied)
    assert layout is not None
    assert satisfied(layout)
    for member in layout:
        assert not satisfied([one for one in layout if one != member])
    if any(group == {preferred} for group in groups):
        assert layout == (preferred,)
