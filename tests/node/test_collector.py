"""The collector's thresholds, put back afterwards: they are the process's."""

import gc

from tanhui.node.collector import YOUNG_MAX, settle_collector


def test_what_is_there_is_left_alone_and_the_young_are_looked_at_seldom() -> None:
    before = gc.get_threshold()
    try:
        settle_collector()
        assert gc.get_threshold()[0] == YOUNG_MAX
        assert gc.get_freeze_count() > 0
        assert gc.isenabled()
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
