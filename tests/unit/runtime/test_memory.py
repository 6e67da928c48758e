"""The collector is asked seldom, and garbage in circles goes all the same."""

import gc
import weakref

from services.core.runtime.memory import SELDOM, collect_seldom


class Knot:
    """Something that refers to itself."""

    def __init__(self) -> None:
        self.myself = self


def test_circles_are_still_collected_in_time() -> None:
    before = gc.get_threshold()
    try:
        collect_seldom()
        assert gc.get_threshold() == SELDOM
        gone = weakref.ref(Knot())
        kept: list[list[int]] = [[] for _ in range(SELDOM[0] + 1)]
        assert gone() is None
        assert kept
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
