"""How each part of the installation stands, as the pages say it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from services.api.schemas.status import PartName, PartState, StatusPart, StatusProcess
from services.core.domain.alarm.platform import BEHIND_NO_MORE
from services.core.storage.heartbeats import ALIVE_FOR, Heartbeat
from services.core.storage.survey import Survey

FORGOTTEN_AFTER = timedelta(days=1)
"""A process silent for so long was taken away on purpose."""

NOTICE_LATE = timedelta(seconds=60)
"""A notice that waits so long is late. Own choice, grade O; the doctor's too."""

_WORST_FIRST: tuple[PartState, ...] = ("down", "behind", "unknown", "ok")


def worst_of(parts: list[StatusPart]) -> PartState:
    """The state that decides what is said of the whole."""
    return next(state for state in _WORST_FIRST if any(one.state == state for one in parts))


def parts_of(survey: Survey, now: datetime) -> list[StatusPart]:
    """In the order in which a reading takes them. Whoever reads this has reached the database."""
    return [*_way_in(survey, now), StatusPart(name="database", state="ok"), *_way_out(survey, now)]


def processes_of(survey: Survey, now: datetime) -> list[StatusProcess]:
    """Each that is alive, or was within the last day."""
    return [
        StatusProcess(
            service=beat.service,
            instance=beat.instance,
            started_at=beat.started_at,
            at=beat.at,
            live=now - beat.at < ALIVE_FOR,
        )
        for beat in survey.heartbeats
        if now - beat.at < FORGOTTEN_AFTER
    ]


def _way_in(survey: Survey, now: datetime) -> Iterator[StatusPart]:
    beats = [one for one in survey.heartbeats if one.service == "ingest"]
    live = [one for one in beats if now - one.at < ALIVE_FOR]
    if not live:
        # Who does not listen cannot say whether anybody speaks.
        yield StatusPart(name="broker", state="unknown")
        yield StatusPart(name="ingest", state="down", since=_last(beats))
        return
    cut = [one for one in live if one.detail.get("connected") is False]
    since = min(
        (str(one.detail["link_since"]) for one in cut if one.detail.get("link_since")), default=None
    )
    yield StatusPart(
        name="broker",
        state="down" if cut else "ok",
        since=datetime.fromisoformat(since) if since else None,
    )
    lag = max(float(one.detail.get("lag_s") or 0.0) for one in live)
    waiting = sum(int(one.detail.get("waiting") or 0) for one in live)
    yield StatusPart(
        name="ingest",
        state="behind" if timedelta(seconds=lag) > BEHIND_NO_MORE else "ok",
        lag_s=lag,
        waiting=waiting,
    )


def _way_out(survey: Survey, now: datetime) -> Iterator[StatusPart]:
    beats = [one for one in survey.heartbeats if one.service == "alerts"]
    gone = not any(now - one.at < ALIVE_FOR for one in beats)
    work: tuple[PartName, int, datetime | None, timedelta, str | None]
    for work in (
        ("judging", survey.work_waiting, survey.oldest_work_put_at, BEHIND_NO_MORE, None),
        ("notices", survey.notices, survey.oldest_notice_at, NOTICE_LATE, survey.notice_error),
    ):
        name, waiting, oldest, late, error = work
        lag = max(timedelta(0), now - oldest) if oldest is not None else timedelta(0)
        yield StatusPart(
            name=name,
            state="down" if gone else "behind" if lag > late else "ok",
            since=_last(beats) if gone else None,
            lag_s=lag.total_seconds(),
            waiting=waiting,
            error=error,
        )
    yield StatusPart(name="api", state="ok")


def _last(beats: list[Heartbeat]) -> datetime | None:
    return max((one.at for one in beats), default=None)
