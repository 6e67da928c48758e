"""Reference page about lives with states, each table of moves written from the code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from services.core.domain.clearance import appointment_life, inspection
from services.core.domain.clearance.papers import emergency
from services.core.domain.clearance.supervision import sign_off

_HEAD = """\
# States and moves

Written by `make generate` from the code named beside each life; do not edit by hand. A move that
the table does not have is refused with 409 `illegal-transition`, which names the possible ones.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """One life: where it is written, its moves, what each means, and the states it begins in."""

    title: str
    source: str
    moves: Mapping[tuple[Any, Any], StrEnum]
    meaning: Mapping[Any, str]
    begins: Sequence[StrEnum]


LIVES = (
    Life(
        title="Appointment",
        source="services/core/domain/clearance/appointment_life.py",
        moves=appointment_life.MOVES,
        meaning=appointment_life.MEANING,
        begins=appointment_life.BEGIN_STATES,
    ),
    Life(
        title="Sign-off of a department",
        source="services/core/domain/clearance/supervision/sign_off.py",
        moves=sign_off.MOVES,
        meaning=sign_off.MEANING,
        begins=(sign_off.SignOffState.WAITING,),
    ),
    Life(
        title="Emergency release",
        source="services/core/domain/clearance/papers/emergency.py",
        moves=emergency.MOVES,
        meaning=emergency.MEANING,
        begins=(emergency.EmergencyState.GRANTED,),
    ),
    Life(
        title="Inspection",
        source="services/core/domain/clearance/inspection.py",
        moves=inspection.MOVES,
        meaning=inspection.MEANING,
        begins=inspection.BEGIN_STATES,
    ),
)
"""Every life on the page, in the order in which they stand there."""


def states_page() -> str:
    """The page: a diagram and two tables for each life."""
    return "\n".join([_HEAD, *(_life(one) for one in LIVES)])


def _life(life: Life) -> str:
    states = list(type(life.begins[0]))
    ends = [state for state in states if not any(at is state for at, _ in life.moves)]
    lines = [f"## {life.title}\n", f"From `{life.source}`.\n", "```mermaid", "stateDiagram-v2"]
    lines += [f"  [*] --> {state}" for state in life.begins]
    lines += [f"  {at} --> {after}: {move}" for (at, move), after in life.moves.items()]
    lines += [f"  {state} --> [*]" for state in ends]
    lines += ["```\n", "| from | move | to |", "|---|---|---|"]
    lines += [f"| {at} | `{move}` | {after} |" for (at, move), after in life.moves.items()]
    lines += ["", "| move | means |", "|---|---|"]
    lines += [f"| `{move}` | {words} |" for move, words in life.meaning.items()]
    return "\n".join(lines) + "\n"
