"""Takes a claim of work and judges it: one transaction, many payloads, all or nothing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.alerts.history import Start
from services.alerts.judgement import Judged, goes_on, judge
from services.alerts.taking import JUDGING_FAILED, LONG, Taken, in_slices, read, starts_of
from services.core.domain.alarm.conditions import StoredAlarm
from services.core.domain.viability.sample import Sample
from services.core.storage.alarms import Alarms
from services.core.storage.assessments import Assessments
from services.core.storage.cases import CaseFile, Cases
from services.core.storage.checkpoints import Checkpoints
from services.core.storage.contacts import note_contacts
from services.core.storage.database import Channel, Database, UnitOfWork
from services.core.storage.judging import Claim, Subject, claim, claim_box, remove_work
from services.core.storage.outbox import Outbox

LONG_EVERY = timedelta(seconds=10)
"""So often each box with a long backlog is judged while it goes on, and many boxes share what that
costs. Own choice, grade O."""

WAITS_S = 0.2
"""A backlog waits so long after each slice while others are judged, and goes on then although they
are: else it would never end in a fleet that is never quiet. Own choice, grade O."""

RETRY_FIRST = timedelta(seconds=30)
RETRY_MOST = timedelta(minutes=30)

_OF_BOXES = frozenset({"readings", "key_conflict"})
"""What a box itself causes, however much of it there is."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What one pass did. `more`: there was as much work as it could take, or others hold some."""

    judged: int = 0
    changed: int = 0
    failed: int = 0
    alarms: int = 0
    readings: int = 0
    more: bool = False


class Evaluator:
    """Judges payloads; any number of them may run side by side on one database."""

    def __init__(
        self,
        database: Database,
        *,
        claim_max: int,
        no_data_after: timedelta,
        long_every: timedelta = LONG_EVERY,
    ):
        self._long_every = long_every
        self._database = database
        self._claim_max = claim_max
        self._no_data_after = no_data_after
        self._cases = Cases(no_data_after)
        self._long: list[int] = []
        self._long_from: datetime | None = None
        self._leisure = asyncio.Event()
        self._leisure.set()

    def puts_off(self, boxes: frozenset[int]) -> bool:
        """Whether all of these boxes wait for claims of their own."""
        return boxes.issubset(self._long)

    async def run_once(self, now: datetime) -> Pass:
        """Judge what is waiting and what is due, up to one claim; one after the other."""
        if self.is_behind(now):
            return await self.run_long(now)
        done = await self.run_others(now)
        if self.is_behind(now) and not done.judged:
            return await self.run_long(now)
        return replace(done, more=done.more or self.is_behind(now))

    def is_behind(self, now: datetime) -> bool:
        """Whether a box that was put off may be judged."""
        return bool(self._long) and self._takes_long(now)

    async def run_long(self, now: datetime) -> Pass:
        """Judge the box that was put off first, beside the others and after them."""
        self._space(now)
        box_no = self._long[0]
        try:
            async with self._database.unit_of_work() as uow:
                found = await claim_box(uow, box_no, self._claim_max)
                done = Pass() if found.is_empty else await self._work(uow, found, now, long=True)
                uow.ring(Channel.CHANGED)
        finally:
            self._long.remove(box_no)
        return replace(done, more=True)  # other work may have come meanwhile

    async def run_others(self, now: datetime) -> Pass:
        """Judge up to one claim of all else.

        A box whose backlog opens hours again is put off and gets a claim of its own, so that the
        others do not wait for it.
        """
        self._leisure.clear()
        try:
            async with self._database.unit_of_work() as uow:
                found = await claim(uow, self._claim_max, now, self._long)
                found = self._put_off(found)
                closed = await Alarms(uow).close_acknowledged(now)
                done = Pass() if found.is_empty else await self._work(uow, found, now)
                if done.changed or closed or found.boxes:
                    uow.ring(Channel.CHANGED)
        finally:
            self._leisure.set()
        return done

    async def _give_way(self) -> None:
        """To whoever is being judged meanwhile."""
        await asyncio.sleep(0)
        with suppress(TimeoutError):
            async with asyncio.timeout(WAITS_S):
                await self._leisure.wait()

    def _takes_long(self, now: datetime) -> bool:
        """Not yet while the last is too near; one that lies hours ahead was before a step."""
        if self._long_from is None or now >= self._long_from:
            return True
        return self._long_from - now > self._long_every

    def _space(self, now: datetime) -> None:
        """After one such claim, when the next may be: sooner, the more boxes wait for theirs."""
        self._long_from = now + self._long_every / max(1, len(self._long))

    def _put_off(self, found: Claim) -> Claim:
        """Leave what opens hours again for a claim of its own."""
        long = frozenset(one.state.payload_id for one in found.subjects if _is_long(one))
        rest, boxes = found.without(long)
        if not boxes:
            return found
        self._long += [box_no for box_no in sorted(boxes) if box_no not in self._long]
        return rest

    async def _work(
        self, uow: UnitOfWork, found: Claim, now: datetime, *, long: bool = False
    ) -> Pass:
        files = await self._cases.load(uow, [s.state.payload_id for s in found.subjects], now)
        taken = Taken(starts=await starts_of(uow, found.subjects))
        needed = {s.state.payload_id for s in found.subjects if s.has_new_readings}
        needed |= {payload for payload, one in taken.starts.items() if one.late or not one.state}
        some = [files[payload] for payload in files if payload in needed]
        if long:
            taken = await in_slices(uow, some, taken.starts, _through(found), self._give_way)
        starts = taken.starts
        samples, stood = await read(uow, some, starts)
        answered = stood if taken.answered is None else taken.answered
        await remove_work(uow, [*found.work_ids, *found.covered(answered)])
        alarms = await Alarms(uow).stored(
            list(files), [file.shipment.shipment_id for file in files.values()], now
        )
        judged, failed = [], 0
        for subject in found.subjects:
            key = subject.state.payload_id
            outcome = await self._judge_one(
                uow, subject, files[key], starts[key], (samples.get(key, ()), alarms[key]), now
            )
            if outcome is None:
                failed += 1
            else:
                judged.append(outcome)
        await _save(uow, judged, now)
        await note_contacts(uow, found.boxes, self._no_data_after)
        return Pass(
            judged=len(judged),
            changed=sum(one.changed for one in judged),
            failed=failed,
            alarms=sum(len(one.moves) for one in judged),
            readings=taken.readings + sum(len(some) for some in samples.values()),
            more=len(found.work_ids) >= self._claim_max or found.contended,
        )

    async def _judge_one(
        self,
        uow: UnitOfWork,
        subject: Subject,
        file: CaseFile,
        start: Start,
        found: tuple[Sequence[Sample], Sequence[StoredAlarm]],
        now: datetime,
    ) -> Judged | None:
        """One payload; when it cannot be judged that is recorded, and the others go on."""
        samples, alarms = found
        try:
            if not goes_on(start, file, samples):
                start = Start(state=None, late=True)
                again, _ = await read(uow, [file], {file.payload_id: start})
                samples = again[file.payload_id]
            return judge(subject, file, start, (samples, alarms), now)
        except JUDGING_FAILED as exc:
            pause = min(RETRY_FIRST * 2 ** min(subject.state.attempts, 10), RETRY_MOST)
            await Assessments(uow).record_failure(file.payload_id, repr(exc), now + pause)
            logger.exception(
                "A payload could not be judged.",
                extra={"event": "judging_failed", "payload_id": str(file.payload_id)},
            )
            return None


def _is_long(subject: Subject) -> bool:
    """Whether hours of readings must be taken in again, and only because of a box's readings."""
    earliest, through = subject.earliest, subject.state.evaluated_through
    late = earliest is not None and through is not None and through - earliest > LONG
    return late and set(subject.reasons) <= _OF_BOXES


def _through(found: Claim) -> datetime | None:
    """How far the payloads had been judged."""
    ends = [one.state.evaluated_through for one in found.subjects]
    return max((end for end in ends if end is not None), default=None)


async def _save(uow: UnitOfWork, judged: Sequence[Judged], now: datetime) -> None:
    assessments = Assessments(uow)
    await assessments.save_states([one.state_row for one in judged])
    await assessments.keep([one.kept for one in judged if one.kept is not None])
    await Alarms(uow).save([(one.owner, move) for one in judged for move in one.moves], now)
    checkpoints = Checkpoints(uow)
    stale = [(one.state_row["payload_id"], one.forget_from) for one in judged]
    await checkpoints.drop((key, since) for key, since in stale if since is not None)
    await checkpoints.keep([mark for one in judged for mark in one.marks])
    await Outbox(uow).put([notice for one in judged for notice in one.notices], now)
