"""Boxes whose clocks are wrong, or are set under way: where readings are placed (F71, F72)."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.core.domain.telemetry import ClockState
from services.core.runtime.clock import FixedClock
from services.core.runtime.clocksteps import ClockDoubt, Written
from services.core.storage.copying import NewReading
from services.core.storage.database import Database
from services.core.storage.failures import translated
from services.core.storage.intake import Intake
from services.core.storage.parcels import KnownBox, Parcel, known_boxes
from services.core.storage.placing import PLACED_AT, placed_readings
from tests.support.ingesting import register, rows

START = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
COUNT = 12
FREE = int(ClockState.FREE)

Message = tuple[NewReading, datetime]
"""A reading and when it was received."""


def truly(seq: int) -> datetime:
    """When the reading of this number was taken."""
    return START + timedelta(minutes=5 * seq)


def measured(
    error: timedelta, seqs: Sequence[int], mono_from: int = 60_000, **changes: Any
) -> list[Message]:
    """Live readings of a clock that is off by so much; the counter runs on."""
    return [
        (
            NewReading(
                seq, truly(seq) + error, FREE, mono_from + 300_000 * seq, temp_c=4.0
            )._replace(**changes),
            truly(seq) + timedelta(seconds=2),
        )
        for seq in seqs
    ]


async def store(
    database: Database, messages: Sequence[Message], together: int, name: str = "CB-0007"
) -> None:
    """So many messages in each transaction."""
    await register(database, name)
    await _keep(database, Intake(), messages, together, name)


async def _keep(
    database: Database, intake: Intake, messages: Sequence[Message], together: int, name: str
) -> None:
    async with database.unit_of_work() as uow:
        (box,) = await known_boxes(uow, [name])
    for first in range(0, len(messages), together):
        parcels = [_parcel(box, one) for one in messages[first : first + together]]
        with translated():
            async with database.unit_of_work() as uow:
                await intake.store(uow, parcels, START)


def _parcel(box: KnownBox, message: Message) -> Parcel:
    reading, received_at = message
    return Parcel(box, "9f3c21aa", received_at, [reading])


async def errors_s(database: Database, name: str = "CB-0007") -> list[float]:
    """How far each reading is placed from when it was taken."""
    found = await rows(
        database,
        f"SELECT seq, {PLACED_AT} AS placed_at FROM reading JOIN box USING (box_no)"
        " LEFT JOIN boot_clock USING (boot_no) WHERE box_id = :name ORDER BY seq",
        name=name,
    )
    return [(row.placed_at - truly(row.seq)).total_seconds() for row in found]


STEPS = [timedelta(days=3), timedelta(days=-2), timedelta(minutes=20), timedelta(minutes=-20)]


@pytest.mark.parametrize("step", STEPS, ids=["ahead", "back", "a little ahead", "a little back"])
async def test_clock_set_wrongly_within_a_boot_moves_no_other_reading(
    database: Database, step: timedelta
) -> None:
    as_taken = measured(timedelta(0), range(6)) + measured(step, range(6, COUNT))
    shuffled = random.Random(7).sample(as_taken, COUNT)
    for number, messages in enumerate((as_taken, as_taken[::-1], shuffled)):
        for together in (1, 5, COUNT):
            name = f"CB-{number}-{together:02}"
            await store(database, messages, together, name)
            assert max(map(abs, await errors_s(database, name))) < 1, name
    methods = await rows(database, "SELECT DISTINCT method FROM boot_clock")
    assert [tuple(row) for row in methods] == [("mono_synced",)]


async def test_clock_put_right_within_a_boot_puts_what_was_before_right(database: Database) -> None:
    wrong, right = timedelta(hours=9), timedelta(0)
    await store(database, measured(wrong, range(6)) + measured(right, range(6, COUNT)), 1)
    assert max(map(abs, await errors_s(database))) < 1


async def test_backlog_of_a_clock_that_was_set_is_placed_by_the_counter(database: Database) -> None:
    landed = truly(COUNT)
    flight = measured(timedelta(0), range(6)) + measured(timedelta(hours=-8), range(6, COUNT))
    await store(database, [(reading, landed) for reading, _ in flight], COUNT)
    assert max(map(abs, await errors_s(database))) < 1


async def test_counter_that_falls_within_a_boot_is_not_believed(database: Database) -> None:
    wraps = measured(timedelta(0), range(6), mono_from=2**32 - 1_800_000)
    wraps += measured(timedelta(0), range(6, COUNT), mono_from=-1_800_000)
    await store(database, wraps, 1)
    assert max(map(abs, await errors_s(database))) < 1
    assert await rows(database, "SELECT 1 FROM boot_clock") == []


@pytest.mark.parametrize(
    "told",
    ["1970-01-01T00:00:00+00:00", "2038-01-19T03:14:08+00:00", "2106-02-07T06:28:16+00:00", "+1 d"],
)
async def test_year_that_cannot_be_is_placed_and_flagged(database: Database, told: str) -> None:
    begin = truly(0) + timedelta(days=1) if told == "+1 d" else datetime.fromisoformat(told)
    await store(database, measured(begin - truly(0), range(COUNT)), 3)
    assert max(map(abs, await errors_s(database))) < 60
    assert len(await rows(database, "SELECT 1 FROM boot_clock")) == 1


async def test_clock_that_drifts_is_left_alone(database: Database) -> None:
    drifting = [
        message
        for seq in range(COUNT)
        for message in measured(timedelta(minutes=5 * seq) * 100e-6, [seq])
    ]
    await store(database, drifting, 1)
    assert max(map(abs, await errors_s(database))) < 1
    assert await rows(database, "SELECT 1 FROM boot_clock") == []


async def test_one_wild_time_pins_nothing(database: Database) -> None:
    messages = measured(timedelta(0), range(COUNT))
    messages[5] = measured(timedelta(days=3650), [5])[0]
    await store(database, messages, 1)
    assert max(map(abs, await errors_s(database))) < 1


@pytest.mark.parametrize("hours", [2, -2])
@pytest.mark.parametrize("mono", [True, False], ids=["with a counter", "without"])
async def test_f70_a_server_that_was_set_and_set_back_leaves_no_clock_corrected(
    database: Database, hours: int, mono: bool
) -> None:
    """By the readings that came meanwhile the box's clock would be two hours off for good.

    They stand where they belong, too: not at their time of receipt, which was wrong.
    """
    await register(database, "CB-0007")
    clock = FixedClock(START)
    intake = Intake(ClockDoubt(clock))
    step = timedelta(hours=hours)
    as_taken = measured(timedelta(0), range(COUNT))
    if not mono:
        as_taken = [(one._replace(mono_ms=None), received_at) for one, received_at in as_taken]
    wrongly = [(reading, received_at + step) for reading, received_at in as_taken[3:9]]
    await _keep(database, intake, as_taken[:3], 1, "CB-0007")
    clock.step(step)
    await _keep(database, intake, wrongly, 1, "CB-0007")
    clock.step(-step)
    await _keep(database, intake, as_taken[9:], 1, "CB-0007")
    assert max(map(abs, await errors_s(database))) < 1
    assert await rows(database, "SELECT method FROM boot_clock WHERE offset_s <> 0") == []
    assert not await suspected(database)


async def suspected(database: Database) -> bool:
    """Whether a verdict would call a reading's time corrected."""
    query = placed_readings("box.box_no", "'-infinity'", "'infinity'")
    found = await rows(
        database,
        f"SELECT 1 FROM box CROSS JOIN LATERAL ({query}) AS placed WHERE is_corrected",
    )
    return bool(found)


@pytest.mark.parametrize("hours", [2, -2])
@pytest.mark.parametrize("mono", [True, False], ids=["with a counter", "without"])
async def test_f70_a_server_that_begins_with_a_wrong_clock_places_nothing_wrong_for_good(
    database: Database, hours: int, mono: bool
) -> None:
    """It knows by what was written down (behind), or by what five boxes say (both ways).

    The first boxes are judged before the fifth has spoken; that is taken back.
    """
    names, off = [f"CB-{number:04}" for number in range(5)], timedelta(hours=hours)
    clock = FixedClock(START + off)
    doubt = ClockDoubt(clock)
    intake = Intake(doubt)
    as_taken = measured(timedelta(0), range(COUNT))
    if not mono:
        as_taken = [(one._replace(mono_ms=None), received_at) for one, received_at in as_taken]
    for name in names:
        await register(database, name)
    for number, (reading, received_at) in enumerate(as_taken):
        if number == COUNT - 2:
            clock.step(-off)
            off = timedelta(0)
        clock.advance(timedelta(minutes=5))
        for name in names:
            await _keep(database, intake, [(reading, received_at + off)], 1, name)
    assert not doubt.off
    for name in names:
        assert max(map(abs, await errors_s(database, name))) < 1
    assert await rows(database, "SELECT method FROM boot_clock WHERE offset_s <> 0") == []
    assert not await suspected(database)


async def two_hours_behind(database: Database) -> tuple[FixedClock, Intake]:
    """A box, and an ingest whose clock begins two hours behind what was written down."""
    await register(database, "CB-0007")
    clock = FixedClock(START - timedelta(hours=2))
    doubt = ClockDoubt(clock)
    doubt.begin([Written(START)])
    return clock, Intake(doubt)


async def test_f70_one_box_beside_a_server_that_begins_behind_what_was_written_is_believed(
    database: Database,
) -> None:
    clock, intake = await two_hours_behind(database)
    as_taken = measured(timedelta(0), range(COUNT))
    early = [(one, received_at - timedelta(hours=2)) for one, received_at in as_taken[:9]]
    await _keep(database, intake, early, 1, "CB-0007")
    assert max(map(abs, await errors_s(database))) < 1
    clock.step(timedelta(hours=2, minutes=5))
    await _keep(database, intake, as_taken[9:], 1, "CB-0007")
    assert max(map(abs, await errors_s(database))) < 1
    assert not await suspected(database)


async def test_f70_a_box_that_was_believed_in_doubt_is_judged_when_the_doubt_is_over(
    database: Database,
) -> None:
    clock, intake = await two_hours_behind(database)
    ahead = measured(timedelta(days=1), range(COUNT))
    early = [(one, received_at - timedelta(hours=2)) for one, received_at in ahead[:9]]
    await _keep(database, intake, early, 1, "CB-0007")
    clock.step(timedelta(hours=2))
    await _keep(database, intake, ahead[9:], 1, "CB-0007")
    assert max(map(abs, await errors_s(database))) < 60


async def test_f70_a_clock_never_set_waits_until_the_servers_is_right(database: Database) -> None:
    clock, intake = await two_hours_behind(database)
    unset = [
        (one._replace(clock=int(ClockState.UNSET)), received_at)
        for one, received_at in measured(timedelta(days=-20000), range(COUNT))
    ]
    early = [(one, received_at - timedelta(hours=2)) for one, received_at in unset[:9]]
    await _keep(database, intake, early, 1, "CB-0007")
    clock.step(timedelta(hours=2))
    await _keep(database, intake, unset[9:], 1, "CB-0007")
    assert max(map(abs, await errors_s(database))) < 60


async def test_f70_boxes_that_are_heard_together_are_judged_together(database: Database) -> None:
    """Not the first of a batch by a clock that the others then turn out to contradict."""
    names = [f"CB-{number:04}" for number in range(5)]
    intake = Intake(ClockDoubt(FixedClock(START - timedelta(hours=2))))
    ((reading, received_at),) = measured(timedelta(0), [0])
    await register(database, *names)
    async with database.unit_of_work() as uow:
        early = received_at - timedelta(hours=2)
        parcels = [_parcel(box, (reading, early)) for box in await known_boxes(uow, names)]
        await intake.store(uow, parcels, START)
    assert await rows(database, "SELECT DISTINCT offset_s FROM boot_clock") == [(0.0,)]
