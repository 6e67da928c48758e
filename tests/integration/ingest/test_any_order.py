"""The same readings in any order, split, repetition: the same rows, watermark, verdict, alarms.

Through the real writer and the real evaluator, which judges in between as well, on a PostgreSQL.
"""

import asyncio
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, text
from sqlalchemy.dialects.postgresql import Range

from services.alerts.evaluator import Evaluator
from services.core.domain.clearance.countback import MOVED
from services.core.domain.identifiers import SHARDS, BoxId, shard_of
from services.core.domain.viability.digest import canonical
from services.core.domain.viability.shipped import LEUKAPHERESIS_FRESH_2_8 as FRESH
from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database, UnitOfWork
from services.core.storage.ownership import OwningConnection
from services.core.storage.schema import assignment, box, payload, shipment
from services.core.wire.payload import TelemetryReading, encode_telemetry
from services.core.wire.topics import telemetry_topic
from services.ingest.counters import Counters
from services.ingest.inbox import Arrived
from services.ingest.writer import TelemetryWriter
from tests.support.ingesting import rows

NAME = BoxId("CB-0007")
BEGIN = datetime.fromisoformat("2026-11-22T00:00:00+00:00")
IDENTITY = UUID(int=7)
BOOTS = ("aaaaaaaa", "bbbbbbbb")
SAID = ("reading", "boot_clock", "key_conflict", "watermark", "worklist", "box_contact")
JUDGED = ("notification_outbox", "alarm_transition", "alarm", "assessment", "assessment_state")

Message = tuple[str, tuple[TelemetryReading, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What one box measured; `end` is when everything is judged for the last time."""

    messages: list[Message]
    end: datetime


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Two boots, some readings lost for good, perhaps an excursion of some length."""
    count = draw(st.integers(20, 45))
    warm_at, warm_for = draw(st.integers(0, count)), draw(st.sampled_from([0, 1, 8, 30]))
    restart = draw(st.integers(1, count - 1))
    lost = draw(st.sets(st.integers(0, count - 1), max_size=12))
    messages: list[Message] = []
    for minute in range(count):
        temp_c = 5.0 if not warm_at <= minute < warm_at + warm_for else 9.5 + minute / 100
        boot = BOOTS[minute >= restart]
        seq = minute - restart if minute >= restart else minute
        if minute not in lost:
            taken = TelemetryReading(seq=seq, t=BEGIN + timedelta(minutes=minute), temp_c=temp_c)
            messages.append((boot, (taken,)))
    return History(messages=messages, end=BEGIN + timedelta(minutes=count + 3))


def disordered(history: History, chance: random.Random) -> list[list[Message]]:
    """Split and joined anew, shuffled, some twice; in groups that arrive together."""
    readings = [(boot, one) for boot, (one,) in history.messages]
    readings += chance.choices(readings, k=len(readings) // 3)
    chance.shuffle(readings)
    found: list[Message] = []
    while readings:
        boot = readings[0][0]
        same = [one for one in readings if one[0] == boot][: chance.randint(1, 9)]
        for one in same:
            readings.remove(one)
        found.append((boot, tuple(reading for _, reading in same)))
    groups: list[list[Message]] = [[]]
    for message in found:
        if chance.random() < 0.4:
            groups.append([])
        groups[-1].append(message)
    return [group for group in groups if group] + [found[: len(found) // 2]]


async def empty_world(database: Database) -> None:
    """One box, registered and travelling; of what it said nothing is known."""
    async with database.unit_of_work() as uow:
        for table in (*SAID, *JUDGED):
            await uow.execute(text(f"DELETE FROM {table}"))
        if (await uow.execute(text("SELECT 1 FROM box"))).first() is None:
            await register_and_pack(uow)


async def register_and_pack(uow: UnitOfWork) -> None:
    await uow.execute(insert(box).values(box_id=NAME, shard=shard_of(NAME), registered_at=BEGIN))
    await uow.execute(
        insert(shipment).values(
            shipment_id=IDENTITY, reference="CT-1", state="packed", product="T cells",
            created_at=BEGIN,
        )
    )  # fmt: skip
    await uow.execute(
        insert(payload).values(
            payload_id=IDENTITY, shipment_id=IDENTITY, reference="bag-1",
            profile_id=FRESH.profile_id, profile_version=FRESH.version, collection_end=BEGIN,
            pack_closed_at=BEGIN, clocks_entered_by="tester",
        )
    )  # fmt: skip
    await uow.execute(
        insert(assignment).values(
            id=IDENTITY, payload_id=IDENTITY, shipment_id=IDENTITY, box_no=1,
            during=Range(BEGIN, None), recorded_at=BEGIN, recorded_by="tester",
        )
    )  # fmt: skip


async def live(database: Database, groups: Sequence[Sequence[Message]], end: datetime) -> None:
    """Write each group in its own batch, one made ready while another is stored; judge between."""
    owner = OwningConnection(database, range(SHARDS))
    clock = FixedClock(end)
    writer = TelemetryWriter(owner, clock, Counters())
    evaluator = Evaluator(
        database, claim_max=64, no_data_after=timedelta(minutes=15), long_every=timedelta(0)
    )
    topic = telemetry_topic(NAME)
    storing: asyncio.Task[frozenset[int]] | None = None
    for number, group in enumerate(groups):
        arrived = [
            Arrived(1, n, 1, topic, encode_telemetry(boot, readings), end)
            for n, (boot, readings) in enumerate(group)
        ]
        pairs = writer.read(arrived)
        ahead = await writer.prepare(pairs)
        if storing is not None:
            await storing
        ahead = await writer.prepare_now(ahead)
        storing = asyncio.create_task(writer.store(pairs, ahead))
        if number % 2:
            await evaluator.run_once(end)
    if storing is not None:
        await storing
    while (await evaluator.run_once(end)).more:
        pass
    await owner.close()


async def rows_and_watermark(database: Database) -> Any:
    stored = await rows(
        database,
        "SELECT boot, seq, bucket_at, device_at, temp_c, clock FROM reading"
        " JOIN watermark USING (boot_no) ORDER BY boot, seq",
    )
    gates = await rows(database, "SELECT boot, CAST(stored AS text) FROM watermark ORDER BY boot")
    return list(map(tuple, stored)), list(map(tuple, gates))


async def present_verdict(database: Database) -> bytes:
    """What is shown, but for the mark that something came late and the count of changes.

    The start that the queue goes by keeps its last value while the true one moves little, so that
    it tells of the path by purpose: it may be off by so much, and no more.
    """
    (found,) = await rows(
        database, "SELECT ranked_start, latest_inspection_start FROM assessment_state"
    )
    if found.ranked_start is not None and found.latest_inspection_start is not None:
        assert abs(found.ranked_start - found.latest_inspection_start) <= MOVED
    (found,) = await rows(
        database,
        "SELECT to_jsonb(s) - ARRAY['revision', 'checkpoint', 'ranked_start']"
        " || jsonb_build_object('last_reading', s.last_reading - ARRAY['revised', 'revised_at'],"
        "                       'state', s.checkpoint -> 'state')"
        " FROM assessment_state s",
    )
    return canonical(found[0])


async def alarms(database: Database) -> list[Any]:
    """The alarms but those withdrawn. A begin that moves leaves the key as it was."""
    found = await rows(
        database,
        "SELECT kind, priority, began_at, returned_at IS NULL FROM alarm a"
        " WHERE NOT EXISTS (SELECT FROM alarm_transition t"
        "                    WHERE t.alarm_id = a.alarm_id AND t.move = 'withdrawn')"
        " ORDER BY kind, began_at",
    )
    return list(map(tuple, found))


async def rebuilt_verdict(database: Database, end: datetime) -> tuple[bytes, str]:
    """Body and digest of the inputs when everything is judged anew from the stored rows alone."""
    async with database.unit_of_work() as uow:
        for table in ("assessment", "assessment_state"):
            await uow.execute(text(f"DELETE FROM {table}"))
        await uow.execute(
            text(
                "INSERT INTO worklist (box_no, earliest, reason, put_at)"
                " VALUES (1, :begin, 'readings', :begin)"
            ),
            {"begin": BEGIN},
        )
    evaluator = Evaluator(
        database, claim_max=64, no_data_after=timedelta(minutes=15), long_every=timedelta(0)
    )
    while (await evaluator.run_once(end)).more:
        pass
    (found,) = await rows(database, "SELECT body, inputs_hash FROM assessment")
    return canonical(json.loads(json.dumps(found.body))), found.inputs_hash


@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(history=histories(), seed=st.integers(0, 2**32))
async def test_order_split_and_repetition_change_nothing(
    database: Database, history: History, seed: int
) -> None:
    worlds = []
    for groups in ([history.messages], disordered(history, random.Random(seed))):
        await empty_world(database)
        await live(database, groups, history.end)
        stored = await rows_and_watermark(database)
        assert await rows(database, "SELECT 1 FROM key_conflict") == []
        found = [stored, await present_verdict(database), await alarms(database)]
        worlds.append([*found, await rebuilt_verdict(database, history.end)])
        assert await present_verdict(database) == found[1]
    assert worlds[0] == worlds[1]
    assert len(worlds[0][0][0]) == len(history.messages)


@settings(
    max_examples=2,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(history=histories())
async def test_replay_of_everything_changes_nothing(database: Database, history: History) -> None:
    await empty_world(database)
    await live(database, [history.messages], history.end)
    before = [await rows_and_watermark(database), await present_verdict(database)]
    kept = await rows(database, "SELECT count(*) FROM assessment")
    told = await rows(database, "SELECT count(*) FROM notification_outbox")
    await live(database, [list(reversed(history.messages)), history.messages], history.end)
    assert [await rows_and_watermark(database), await present_verdict(database)] == before
    assert await rows(database, "SELECT count(*) FROM assessment") == kept
    assert await rows(database, "SELECT count(*) FROM notification_outbox") == told
