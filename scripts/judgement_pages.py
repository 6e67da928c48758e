"""Reference pages about judging, written from the code: kinds of alarms, and shipped profiles."""

from services.alerts.caller import chains_of
from services.core.domain.alarm.kinds import ALARM_SPECS, AlarmKind
from services.core.domain.alarm.life import LATCHING, PLAIN, SHELVABLE, AlarmState, Life, Move
from services.core.domain.viability.alarm_numbers import ALARM_NUMBERS
from services.core.domain.viability.numbers import REQUIRED, UNITS
from services.core.domain.viability.profile import MaterialProfile, ProfileNumber
from services.core.domain.viability.rates import RateTable
from services.core.domain.viability.shipped import SHIPPED_PROFILES
from services.core.domain.viability.templates import TEMPLATES, Template
from services.core.runtime.settings import AlertsSettings

_MEANING = {
    AlarmKind.EXCURSION: "outside the label for longer than the on-delay",
    AlarmKind.LIMIT_BREACH: "past a limit beyond the label: glass transition, absolute, freezing",
    AlarmKind.EXPIRED: "the hold time is over",
    AlarmKind.DEADLINE_NEAR: "less than two hours of slack; no slot, or one too late or missed",
    AlarmKind.NO_DATA: "the box is silent and should not be",
    AlarmKind.UNCONFIRMED_SILENCE: "silent in flight by the timetable alone: no departure reported",
    AlarmKind.NEVER_HEARD: "packed, and nothing was ever received from the box",
    AlarmKind.OVERDUE_AFTER_LANDING: "a flight without radio is over, and nothing was heard since",
    AlarmKind.BOX_CONTACT: "a box that carries nothing under way is silent",
    AlarmKind.EARLY_WARNING: "the trend reaches the label within the profile's early warning",
    AlarmKind.BUDGET_LOW: "three quarters of a band, age or hold budget are used",
    AlarmKind.CONTAINER_LOW: "three quarters of the container's charge are used, cautiously",
    AlarmKind.LID_OPEN: "the lid is open, and no inspection is",
    AlarmKind.TILTED: "the box leans by more than 45° for ten minutes",
    AlarmKind.SHOCK: "the box reported a shock",
    AlarmKind.INSPECTION_OPEN: "an inspection is still open after the end of its slot",
    AlarmKind.IDENTITY_MISMATCH: "box, seal or code was scanned, and is not the one expected",
    AlarmKind.WRONG_BOX_OPENED: "a lid opened in a bay where another box is under inspection",
    AlarmKind.BAY_UNFIT: "the bay's logger is out of range for five minutes, silent, or unpowered",
    AlarmKind.RELEASE_UNWATCHED: "cleared by customs ten minutes ago, and not heard since",
    AlarmKind.DELIVERY_NEAR: "cleared by customs, and to arrive later than it must; a step worse"
    " when it can no longer be in time",
    AlarmKind.BATTERY_LOW: "below 20 % of charge; below 10 % it is a step worse",
    AlarmKind.PROBE_FAULT: "readings come without a temperature, or it never changes",
    AlarmKind.CALIBRATION_EXPIRED: "judged by a calibration that has run out",
    AlarmKind.CLOCK_SUSPECT: "the times of the box were corrected, or are not to be trusted",
    AlarmKind.KEY_CONFLICT: "a reading was sent again with other content",
    AlarmKind.WRONG_PLACE: "heard far from where it has landed",
    AlarmKind.LEFT_SITE: "has been at the inspection site, and left it before the inspection",
    AlarmKind.OFF_ROUTE: "on the road, far from the way to the next place",
    AlarmKind.DECISION_REVISED: "late data overtook what QA had decided on",
    AlarmKind.PAPER_LAPSING: "a needed paper holds now, and ends before the arrival",
    AlarmKind.PAPER_LAPSED: "a needed paper has ended, and the goods are on their way",
    AlarmKind.SIGN_OFF_OVERDUE: "a department has not signed off in its time",
    AlarmKind.CONDITION_BREACHED: "a condition of the risk assessment was not kept",
    AlarmKind.EMERGENCY_PAPER_OVERDUE: "the day by which the paper was promised has passed",
    AlarmKind.RE_EXPORT_OVERDUE: "what came for a time should have gone back",
    AlarmKind.DATA_EMERGENCY_OVERDUE: "data left the country in an emergency, and the day by which"
    " its papers were due has passed",
    AlarmKind.NOT_PICKED: "landed at the inspection site, and not picked at the terminal when due",
    AlarmKind.BROKER_DOWN: "no ingest process has a connection to the broker for 30 s",
    AlarmKind.INGEST_AWAY: "no ingest process has beaten for 30 s",
    AlarmKind.SERVER_CLOCK: "the server's clock began behind what was written down, was set, or"
    " most boxes contradict it, by more than two minutes",
    AlarmKind.WE_ARE_BEHIND: "readings or work wait for more than 60 s",
    AlarmKind.SESSION_LOST: "the broker forgot our session within the last hour",
    AlarmKind.CERTIFICATE_ENDING: "a box's certificate, or ours, ends within 30, 7 or 1 days",
}

_MOVES = {
    Move.RAISED: "the condition is there, and no alarm stands for it yet",
    Move.RETURNED: "the condition is over (after the off-delay)",
    Move.REOPENED: "it is there again, or was confirmed after having been withdrawn",
    Move.ESCALATED: "it has become more urgent: no slot can save the cells, or a step further",
    Move.REVISED: "late data moved its beginning, its end or its facts",
    Move.WITHDRAWN: "late data shows that it never was; it stays until somebody takes it",
    Move.SUPPRESSED: "excused by design; kept and shown, nobody is told",
    Move.UNSUPPRESSED: "the excuse is over and the condition still there: it sounds",
    Move.LAPSED: "nobody has it any more: the acknowledgement or the shelving is over",
    Move.CALLED: "nobody has taken it in time: the next person is told",
    Move.CLOSED: "it has returned and somebody has seen it",
    Move.ACKNOWLEDGED: "somebody is on it",
    Move.TAKEN_BACK: "whoever has just taken it takes that back: it stands where it stood",
    Move.RESET: "somebody has dealt with a latching alarm after its end, and said how",
    Move.SHELVED: "put aside by a person, for at most four hours",
    Move.UNSHELVED: "taken off the shelf, or its time is over",
}

_ALARMS = """\
# Alarms

Written by `make generate` from `services/core/domain/alarm/`; do not edit by hand. An alarm is a
condition with a life; a message about it is an alert. One condition has one alarm, however often it
is judged again: a constraint of the database says so.

## Kinds

Priority 1 is acted on at once; `deadline_near` becomes 1 when no slot can save the cells. The
words for consequence and first action are in the page's catalogue under the keys given.
"Standing": it holds as long as it is derived; the others begin and end in the readings. "Latching":
when it is over it stays until somebody resets it with a reason. Priorities are of the rules of the
journey; times to act are our own choice (grade O).

"""

_LIFE = """\
## States

States follow ISA-18.2 and OPC UA Part 9. A state is computed from the stored facts and the clock,
so it is right also while alerts is down. Each table shows every state with every move that is
possible in it, and the state afterwards; everything else is refused. `revised` and `called` change
no state.

Neither does giving an alarm to somebody (`POST /alarms/{id}/assign`): it says whose it is, takes
nothing and silences nothing, and whoever is called goes on being called. Nobody has seen an alarm
by being named. It is theirs until somebody takes it, it is given to another, or it is closed.

"""

_CALLS = """\
There is no state "out of service". A box or probe that measures wrongly carries a payload all the
same: its alarms sound until the payload is moved to another box, a probe has a calibration record,
or somebody shelves what may be shelved, with a reason and for four hours at most. Switching off an
alarm for longer would hide the one thing that nobody looks at any more.

## Who is called when nobody takes it

An alarm sounds from the instant at which it was raised, grew worse, or was let go: its
acknowledgement lapsed, or its shelving ended. While somebody has it nobody is called.
Whoever took it may take that back for 60 s (our own choice, grade O), and it goes on as if nobody
had; what is over is written down as closed when that is not possible any more, after 120 s. The
last step repeats, every 15 minutes for priority 1 and every hour for priority 2; priority 3 is told
once.
`whom_to_call` is the role in the table of kinds. The times are our own choice (grade O); see
`COLDLANE_CALL_…` in the [settings](settings.md).

"""

_NUMBERS = """\
## Numbers by which alarms begin

On-delay, off-delay, deadband, early warning and budgets stand in the [profiles](profiles.md). The
rest has these defaults; a profile that carries one under the same name, with its source, overrides
it.

"""

_PROFILES = """\
# Shipped profiles

Written by `make generate` from `services/core/domain/viability/shipped.py`; do not edit by hand.
Grade S: the source was read; K: general knowledge; O: our own choice or calculation. A number
whose basis is `literature_proxy` is advisory, unless it says why it was switched on. A sponsor
completes a version of their own.

"""


def alarms_page() -> str:
    """Every kind of alarm with what it asks, every move, and the state tables."""
    rows = [
        f"| `{kind}` | {_MEANING[kind]} | {spec.group} | {spec.priority} | {spec.whom_to_call} |"
        f" {round(spec.time_to_act.total_seconds() / 60)} min | `{spec.consequence}` |"
        f" `{spec.first_action}` | {_yes(spec.standing)} | {_yes(spec.latching)} |"
        f" {_yes(spec.shelvable)} |"
        for kind, spec in ALARM_SPECS.items()
    ]
    head = (
        "| kind | when | about | priority | whom to call | time to act | consequence |"
        " first action | standing | latching | may be shelved |\n"
        "|---|---|---|---|---|---|---|---|---|---|---|\n"
    )
    moves = "\n".join(f"| `{move}` | {_MOVES[move]} |" for move in Move)
    table = f"## Moves\n\n| move | when |\n|---|---|\n{moves}\n\n"
    body = f"{_ALARMS}{head}" + "\n".join(rows) + f"\n\n{table}{_LIFE}{_lives()}"
    return f"{body}\n{_CALLS}{_chains()}\n{_NUMBERS}{_numbers()}"


def _numbers() -> str:
    """The defaults by which alarms begin, beside those of the profiles."""
    rows = [
        f"| `{name}` | {number.value:g} {number.unit} | {number.source} |"
        for name, number in ALARM_NUMBERS.items()
    ]
    return "| number | default | source |\n|---|---|---|\n" + "\n".join(rows) + "\n"


def _chains() -> str:
    """Who is told when, with the settings as they are when nobody changes them."""
    rows = [
        f"| {priority} | {step.after.total_seconds() / 60:g} min | {level} | `{step.audience}` |"
        for priority, chain in sorted(chains_of(AlertsSettings()).items())
        for level, step in enumerate(chain.steps)
    ]
    return "| priority | after | level | audience |\n|---|---|---|---|\n" + "\n".join(rows) + "\n"


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _lives() -> str:
    """The three state tables: limit alarms, latching ones, and those that may be shelved."""
    titles = {
        "Limit, freeze, container and identity alarms": PLAIN,
        "Those of them that latch": LATCHING,
        "All others: they may be shelved, or excused by design": SHELVABLE,
    }
    return "\n".join(f"### {title}\n\n{_life(life)}" for title, life in titles.items())


def _life(life: Life) -> str:
    moves = [move for move in Move if any(made is move for _, made in life)]
    rows = [
        "| `" + state + "` | " + " | ".join(_then(life, state, move) for move in moves) + " |"
        for state in AlarmState
        if any(start is state for start, _ in life)
    ]
    head = "| state | " + " | ".join(moves) + " |\n|---" + "|---" * len(moves) + "|\n"
    return head + "\n".join(rows) + "\n"


def _then(life: Life, state: AlarmState, move: Move) -> str:
    then = life.get((state, move))
    return "" if then is None else f"`{then}`"


def profiles_page() -> str:
    """Every shipped profile, number by number, with its source."""
    shipped = "\n".join(_profile(profile) for profile in SHIPPED_PROFILES)
    return f"{_PROFILES}{shipped}\n{_templates()}\n{_names()}"


def _profile(profile: MaterialProfile) -> str:
    rows = "\n".join(_row(name, number) for name, number in sorted(profile.numbers.items()))
    return (
        f"## `{profile.profile_id}` version {profile.version}: {profile.name_en}\n\n"
        f"{profile.name_zh}. Hold time counts from `{profile.clock_start}`."
        f"{_container(profile)}\n\n"
        "| number | value | basis | grade | source | switched on because |\n"
        f"|---|---|---|---|---|---|\n{rows}\n{_table(profile.rate_table)}"
    )


def _table(table: RateTable | None) -> str:
    if table is None:
        return ""
    knots = ", ".join(f"{temp_c:g} °C: {rate:g}" for temp_c, rate in table.knots)
    origin = table.origin
    advice = "binding" if table.binding else "advisory"
    return (
        f"\nRate table `{table.name}` ({advice}; {origin.basis}, {origin.grade}): {knots}."
        f" Source: [{origin.source}]({origin.url}).\n"
    )


def _row(name: str, number: ProfileNumber) -> str:
    source = f"[{number.source}]({number.url})" if number.url else number.source
    return (
        f"| `{name}` | {number.value:g} {number.unit} | {number.basis} | {number.grade} |"
        f" {source} | {number.switched_on or ''} |"
    )


def _container(profile: MaterialProfile) -> str:
    return f" Packed in a container of kind `{profile.container}`." if profile.container else ""


def _templates() -> str:
    rows = "\n".join(
        f"| `{one.template_id}` | {one.name_en} | {_known(one)} | {', '.join(one.missing)} |"
        for one in TEMPLATES
    )
    return (
        "## Templates\n\nKinds of product of which only some numbers have a source; a sponsor"
        " [completes](../how-to/profile.md) one. They judge nothing.\n\n"
        f"| template | product | known (grade) | to be given |\n|---|---|---|---|\n{rows}\n"
    )


def _known(template: Template) -> str:
    return ", ".join(
        f"`{name}` {number.value:g} {number.unit} ({number.grade})"
        for name, number in template.known.items()
    )


def _names() -> str:
    rows = "\n".join(
        f"| `{name}` | {unit} | {'yes' if name in REQUIRED else 'no'} |"
        for name, unit in UNITS.items()
    )
    return f"## Every number\n\n| number | unit | required |\n|---|---|---|\n{rows}\n"
