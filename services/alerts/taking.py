"""What a pass takes in: where each fold begins, the samples it needs, a long backlog in slices."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.alerts.history import Start
from services.alerts.judgement import goes_on, take_in, where_to_start
from services.core.domain.errors import ColdlaneError
from services.core.domain.viability.assessment import MODEL_VERSION
from services.core.domain.viability.sample import Sample
from services.core.domain.viability.state import JourneyState
from services.core.storage.cases import CaseFile
from services.core.storage.checkpoints import Checkpoints
from services.core.storage.database import UnitOfWork
from services.core.storage.judging import Subject
from services.core.storage.readings import BoxWork, Readings, Stretch

JUDGING_FAILED = (ColdlaneError, ArithmeticError, LookupError, TypeError, ValueError)
"""What a payload's own data can cause. A database error is none: it ends the transaction."""

LONG = timedelta(hours=2)
"""A backlog that reaches back so far is judged in a claim of its own, and taken in by slices of as
much. Own choice, grade O."""


async def starts_of(uow: UnitOfWork, subjects: Sequence[Subject]) -> dict[UUID, Start]:
    """Where each fold begins; what is late goes back to the checkpoint before it."""
    starts = {one.state.payload_id: _start(one) for one in subjects}
    late = {
        one.state.payload_id: one.earliest
        for one in subjects
        if starts[one.state.payload_id].late and one.earliest is not None
    }
    for key, document in (await Checkpoints(uow).before(late, MODEL_VERSION)).items():
        with suppress(LookupError, TypeError, ValueError):
            starts[key] = Start(state=JourneyState.from_document(document), late=True)
    return starts


def _start(subject: Subject) -> Start:
    """Where to start; a checkpoint that cannot be read is no checkpoint."""
    try:
        return where_to_start(subject)
    except (LookupError, TypeError, ValueError):
        return Start(state=None, late=False)


async def read(
    uow: UnitOfWork,
    files: Sequence[CaseFile],
    starts: Mapping[UUID, Start],
    before: datetime | None = None,
) -> tuple[dict[UUID, list[Sample]], list[BoxWork]]:
    """The samples each payload still needs, of all its boxes, and the work they answer.

    `before`: only those until then.
    """
    stretches = [
        Stretch(
            subject=number,
            box_no=stay.box_no,
            box_id=stay.box_id,
            begin=stay.begin,
            end=_earlier(stay.end, before),
            after=starts[file.payload_id].after,
        )
        for number, file in enumerate(files)
        for stay in file.stays
    ]
    found, answered = await Readings(uow).samples(stretches)
    return {file.payload_id: found[number] for number, file in enumerate(files)}, answered


def _earlier(end: datetime | None, before: datetime | None) -> datetime | None:
    return min((one for one in (end, before) if one is not None), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Where the folds stand, after so many `readings`; `answered`: the work these answer."""

    starts: Mapping[UUID, Start]
    readings: int = 0
    answered: Sequence[BoxWork] | None = None


async def in_slices(
    uow: UnitOfWork,
    files: Sequence[CaseFile],
    starts: Mapping[UUID, Start],
    until: datetime | None,
    give_way: Callable[[], Awaitable[None]],
) -> Taken:
    """Take in what lies before `until`, a slice at a time, giving way to others after each.

    Folding slices in turn is folding all at once. Where it is not, since a clock ran back or a log
    is found out, nothing was taken in, and all is to be read together. The work that is answered
    is what stood when the first slice was read: what came later may belong into an earlier slice.
    """
    taken, at = Taken(starts=starts), _first(files, starts)
    while at is not None and until is not None and at + LONG < until:
        at += LONG
        samples, answered = await read(uow, files, taken.starts, before=at)
        after = _folded(files, taken.starts, samples)
        if after is None:
            return Taken(starts=starts)
        taken = Taken(
            starts=after,
            readings=taken.readings + sum(map(len, samples.values())),
            answered=answered if taken.answered is None else taken.answered,
        )
        await give_way()
    return taken


def _folded(
    files: Sequence[CaseFile],
    starts: Mapping[UUID, Start],
    samples: Mapping[UUID, Sequence[Sample]],
) -> Mapping[UUID, Start] | None:
    """Where they stand behind one more slice; None when it cannot be taken in by itself."""
    after = dict(starts)
    for file in files:
        key = file.payload_id
        try:
            if not goes_on(after[key], file, samples[key]):
                return None
            after[key] = take_in(after[key], file, samples[key])
        except JUDGING_FAILED:  # told when all of it fails
            return None
    return after


def _first(files: Sequence[CaseFile], starts: Mapping[UUID, Start]) -> datetime | None:
    """From when on anything is needed."""
    begins = [
        max(stay.begin, starts[file.payload_id].after or stay.begin)
        for file in files
        for stay in file.stays
    ]
    return min(begins, default=None)
