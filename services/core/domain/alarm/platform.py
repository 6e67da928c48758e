"""Alarms about ourselves: one for the cause, however many boxes it concerns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from services.core.domain.alarm.certificates import CertificateEnd, certificate_alarms
from services.core.domain.alarm.conditions import DerivedAlarm
from services.core.domain.alarm.kinds import AlarmKind
from services.core.domain.identifiers import SHARDS, BoxId, shard_of

CONNECTION = "ingest/broker"
"""Whose certificates hold the connection that every box's message takes."""

EVERY_SHARD = frozenset(range(SHARDS))

OWNER = "platform"
"""Whose alarms these are, in their keys."""

BROKER_AWAY = timedelta(seconds=30)
"""So long may a connection be away: a broker that restarts is back sooner. Own choice, grade O."""

INGEST_AWAY = timedelta(seconds=30)
"""Six heartbeats missed. Own choice, grade O."""

BEHIND = timedelta(seconds=60)
"""So late are we an alarm ourselves. Own choice, grade O."""

BEHIND_NO_MORE = timedelta(seconds=10)
"""So little ends it again."""

SESSION_TOLD = timedelta(hours=1)
"""So long a lost session is worth knowing: boxes have sent again by then. Own choice, grade O."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """What one ingest process last said of itself. `connected` None: it does not say.

    `shards` are those it takes, or took when it was last heard.
    """

    at: datetime
    shards: frozenset[int] = EVERY_SHARD
    connected: bool | None = None
    link_since: datetime | None = None
    session_lost_at: datetime | None = None
    lag: timedelta = timedelta(0)
    certificate_ends_at: datetime | None = None
    clock_off: timedelta = timedelta(0)
    clock_doubted_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IdleBox:
    """A box that carries nothing under way and is silent longer than it should be."""

    box_id: str
    box_no: int
    last_received_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformFacts:
    """What is known of ourselves: ingest's beats, the oldest work, the boxes under way.

    `silent` are boxes that carry nothing and are overdue; while we do not listen that says nothing.
    """

    beats: Sequence[Beat] = ()
    oldest_work_at: datetime | None = None
    boxes: Sequence[str] = ()
    silent: Sequence[IdleBox] = ()
    ending: Sequence[CertificateEnd] = ()


def platform_alarms(facts: PlatformFacts, now: datetime) -> list[DerivedAlarm]:
    """What is wrong with the way from the boxes to the verdicts; the worst cause alone."""
    fresh = [beat for beat in facts.beats if now - beat.at <= INGEST_AWAY]
    ending = [*facts.ending, *_own_certificates(fresh)]
    away = [*_away(fresh, facts), *certificate_alarms(ending, now)]
    if not fresh:
        return away
    return [
        *away,
        *_clock(fresh),
        *_broker(fresh, facts, now),
        *_behind(fresh, facts, now),
        *_session(fresh, facts, now),
        *_idle(fresh, facts),
    ]


def _away(fresh: Sequence[Beat], facts: PlatformFacts) -> Iterator[DerivedAlarm]:
    """Shards whose process is silent and that no other one has taken: their boxes go unheard."""
    served = frozenset[int]().union(*(beat.shards for beat in fresh))
    silent = [beat for beat in facts.beats if beat not in fresh and beat.shards - served]
    if not silent:
        return
    newest = max(beat.at for beat in silent)
    lost = frozenset[int]().union(*(beat.shards for beat in silent)) - served
    boxes = [name for name in facts.boxes if shard_of(BoxId(name)) in lost]
    unheard = replace(facts, boxes=boxes)
    yield _cause(AlarmKind.INGEST_AWAY, newest, unheard, {"last_received_at": newest})


def _own_certificates(fresh: Sequence[Beat]) -> Iterator[CertificateEnd]:
    """Of ingest and the broker, whichever ends first; without either no box is heard."""
    ends = [beat.certificate_ends_at for beat in fresh if beat.certificate_ends_at is not None]
    if ends:
        yield CertificateEnd(name=CONNECTION, ends_at=min(ends))


def _clock(fresh: Sequence[Beat]) -> Iterator[DerivedAlarm]:
    """The server's clock is in doubt: every instant that it gave since may be wrong."""
    doubted = [one for one in fresh if one.clock_off and one.clock_doubted_since]
    if not doubted:
        return
    worst = max(doubted, key=lambda one: abs(one.clock_off))
    yield DerivedAlarm(
        kind=AlarmKind.SERVER_CLOCK,
        began_at=worst.clock_doubted_since or worst.at,
        facts={"late_s": abs(round(worst.clock_off.total_seconds()))},
    )


def _broker(fresh: Sequence[Beat], facts: PlatformFacts, now: datetime) -> Iterator[DerivedAlarm]:
    if not fresh or any(beat.connected is not False for beat in fresh):
        return
    since = max(beat.link_since or beat.at for beat in fresh)
    if now - since >= BROKER_AWAY:
        yield _cause(AlarmKind.BROKER_DOWN, since, facts, {})


def _behind(fresh: Sequence[Beat], facts: PlatformFacts, now: datetime) -> Iterator[DerivedAlarm]:
    waited = now - facts.oldest_work_at if facts.oldest_work_at is not None else timedelta(0)
    late = max([waited, *(beat.lag for beat in fresh)])
    if late < BEHIND_NO_MORE:
        return
    yield DerivedAlarm(
        kind=AlarmKind.WE_ARE_BEHIND,
        began_at=now - late,
        raises=late >= BEHIND,
        facts={"late_s": round(late.total_seconds())},
        config={"late_s": BEHIND.total_seconds()},
    )


def _session(fresh: Sequence[Beat], facts: PlatformFacts, now: datetime) -> Iterator[DerivedAlarm]:
    lost = [beat.session_lost_at for beat in fresh if beat.session_lost_at is not None]
    if lost and now - max(lost) < SESSION_TOLD:
        yield _cause(AlarmKind.SESSION_LOST, max(lost), facts, {})


def _idle(fresh: Sequence[Beat], facts: PlatformFacts) -> Iterator[DerivedAlarm]:
    """An idle box is missed when it was due after we had begun to listen; else it is let be."""
    listening = [beat for beat in fresh if beat.connected is not False]
    since = max((beat.link_since for beat in listening if beat.link_since), default=None)
    for box in facts.silent:
        yield DerivedAlarm(
            kind=AlarmKind.BOX_CONTACT,
            subject=box.box_id,
            began_at=box.last_received_at,
            raises=bool(listening) and (since is None or since <= box.last_received_at),
            facts={
                "box_id": box.box_id,
                "last_received_at": box.last_received_at.isoformat(),
            },
            config={"due_at": box.due_at.isoformat()},
        )


def _cause(
    kind: AlarmKind, since: datetime, facts: PlatformFacts, more: Mapping[str, datetime]
) -> DerivedAlarm:
    """One alarm that lists the boxes it concerns."""
    told: dict[str, Any] = {name: instant.isoformat() for name, instant in more.items()}
    return DerivedAlarm(
        kind=kind,
        began_at=since,
        facts={
            **told,
            "since": since.isoformat(),
            "n": len(facts.boxes),
            "boxes": sorted(facts.boxes),
        },
        config={"broker_away_s": BROKER_AWAY.total_seconds()},
    )
