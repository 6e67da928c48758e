"""How often Python looks for garbage: seldom, in a process that makes many short-lived objects."""

from __future__ import annotations

import gc

SELDOM = (20_000, 20, 100)


def collect_seldom() -> None:
    """Call it once, when everything is imported; a process may have stopped looking until then.

    A batch of readings is tens of thousands of objects without a cycle among them; looking through
    them every 700 costs a tenth of the time, and what was imported is never garbage.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)
    gc.enable()
