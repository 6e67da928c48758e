"""Reference pages about judging, written from the code: kinds of alarms, and shipped profiles."""

from services.core.domain.alarm import ALARM_SPECS, AlarmKind, Move
from services.core.domain.viability.profile import MaterialProfile, ProfileNumber
from services.core.domain.viability.shipped import SHIPPED_PROFILES

_MEANING = {
    AlarmKind.EXCURSION: "outside the label for longer than the on-delay",
    AlarmKind.LIMIT_BREACH: "past a limit beyond the label: glass transition, absolute, freezing",
    AlarmKind.EXPIRED: "the hold time is over",
    AlarmKind.DEADLINE_NEAR: "less than two hours of slack, and no appointment",
    AlarmKind.NO_DATA: "the box is silent and should not be",
    AlarmKind.UNCONFIRMED_SILENCE: "silent in flight by the timetable alone: no departure reported",
}

_MOVES = {
    Move.RAISED: "the condition is there, and no alarm stands for it yet",
    Move.RETURNED: "the condition is over (after the off-delay)",
    Move.REOPENED: "it is there again, or was confirmed after having been withdrawn",
    Move.ESCALATED: "it has become more urgent: no slot can save the cells any more",
    Move.REVISED: "late data moved its beginning, its end or its facts",
    Move.WITHDRAWN: "late data shows that it never was; it stays until somebody takes it",
    Move.CLOSED: "it has returned and somebody has taken it",
}

_ALARMS = """\
# Alarms

Written by `make generate` from `services/core/domain/alarm.py`; do not edit by hand. An alarm is a
condition with a life; a message about it is an alert. One condition has one alarm, however often it
is judged again: a constraint of the database says so.

## Kinds

Priority 1 is acted on at once; `deadline_near` becomes 1 when no slot can save the cells. The
words for consequence and first action are in the page's catalogue under the keys given.
"Standing": it holds as long as it is derived; the others begin and end in the readings.

"""

_PROFILES = """\
# Shipped profiles

Written by `make generate` from `services/core/domain/viability/shipped.py`; do not edit by hand.
Grade S: the source was read; K: general knowledge; O: our own choice or calculation. A number
whose basis is `literature_proxy` is advisory, unless it says why it was switched on. A sponsor
completes a version of their own.

"""


def alarms_page() -> str:
    """Every kind of alarm with what it asks, and every move of an alarm's life."""
    rows = [
        f"| `{kind}` | {_MEANING[kind]} | {spec.priority} | {spec.whom_to_call} |"
        f" {round(spec.time_to_act.total_seconds() / 60)} min | `{spec.consequence}` |"
        f" `{spec.first_action}` | {'yes' if spec.standing else 'no'} |"
        for kind, spec in ALARM_SPECS.items()
    ]
    head = (
        "| kind | when | priority | whom to call | time to act | consequence | first action |"
        " standing |\n|---|---|---|---|---|---|---|---|\n"
    )
    moves = "\n".join(f"| `{move}` | {_MOVES[move]} |" for move in Move)
    table = f"## Moves\n\n| move | when |\n|---|---|\n{moves}\n"
    return f"{_ALARMS}{head}" + "\n".join(rows) + f"\n\n{table}"


def profiles_page() -> str:
    """Every shipped profile, number by number, with its source."""
    return _PROFILES + "\n".join(_profile(profile) for profile in SHIPPED_PROFILES)


def _profile(profile: MaterialProfile) -> str:
    rows = "\n".join(_row(name, number) for name, number in sorted(profile.numbers.items()))
    return (
        f"## `{profile.profile_id}` version {profile.version}: {profile.name_en}\n\n"
        f"{profile.name_zh}. Hold time counts from `{profile.clock_start}`.\n\n"
        "| number | value | basis | grade | source | switched on because |\n"
        f"|---|---|---|---|---|---|\n{rows}\n"
    )


def _row(name: str, number: ProfileNumber) -> str:
    source = f"[{number.source}]({number.url})" if number.url else number.source
    return (
        f"| `{name}` | {number.value:g} {number.unit} | {number.basis} | {number.grade} |"
        f" {source} | {number.switched_on or ''} |"
    )
