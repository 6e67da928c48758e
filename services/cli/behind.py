"""What the doctor reads from the rows: which part is behind, and what to do about it."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from services.cli.check import Check
from services.core.runtime.clock import Clock
from services.core.runtime.written import is_loopback
from services.core.storage.heartbeats import Heartbeat
from services.core.storage.survey import Survey

SERVICES = ("ingest", "alerts", "api")
STANDBY = "ingest-standby"
_LATE_BEAT = timedelta(seconds=15)
_GONE = timedelta(days=1)
"""An ingest process that is silent for so long was given other shards; it is not missed."""
_OLD_WORK = timedelta(seconds=30)
_OLD_NOTICE = timedelta(seconds=60)
_QUIET = timedelta(minutes=15)
_MOST_LAG_S = 5.0
_RECENTLY = timedelta(hours=1)


def check_heartbeats(beats: tuple[Heartbeat, ...], clock: Clock) -> Iterator[Check]:
    """Each of the three services must have beaten a moment ago, in real time."""
    for name in SERVICES:
        mine = [beat for beat in beats if beat.service == name]
        newest = max((beat.at for beat in mine), default=None)
        if newest is None:
            yield Check(
                name=name,
                outcome="failed",
                said="has never run on this database",
                remedy=f"start it: `coldlane {name}`, or `coldlane up` for all",
            )
        for beat in mine:
            if beat.at == newest or _age(beat.at, clock) < _GONE:
                yield _check_beat(beat, clock, several=len(mine) > 1)


def check_standbys(beats: tuple[Heartbeat, ...], clock: Clock) -> Iterator[Check]:
    """Those that would take over: nothing stops when one is gone, until its owner is gone too."""
    for beat in beats:
        age = _age(beat.at, clock)
        if beat.service != STANDBY or age > _GONE:
            continue
        late = age > _LATE_BEAT
        yield Check(
            name=f"stand-by of {beat.instance}",
            outcome="warning" if late else "ok",
            said=f"last sign of life {age.total_seconds():.0f} s ago",
            remedy="start it again, with the shards of its owner" if late else "",
        )


def check_guards(survey: Survey) -> Iterator[Check]:
    """What an API must have as soon as shipments are real; says nothing before."""
    if not survey.real_shipments:
        return
    for beat in survey.heartbeats:
        told = beat.detail.get("settings", {}) if beat.service == "api" else {}
        if told.get("COLDLANE_AUDIT_DIR") == "":
            yield Check(
                name="audit trail",
                outcome="warning",
                said="its entries bear no key: whoever has the database can write one",
                remedy="name a folder in COLDLANE_AUDIT_DIR to the API: docs/how-to/audit.md",
            )
        here_only = is_loopback(str(told.get("COLDLANE_API_HOST", "")))
        if told.get("COLDLANE_SIGN_IN") == "False" and here_only:
            yield Check(
                name="sign-in",
                outcome="warning",
                said="whoever reaches the API's port on its machine has every role",
                remedy="COLDLANE_SIGN_IN=true, or `coldlane up --sign-in`: docs/how-to/people.md",
            )


def _check_beat(beat: Heartbeat, clock: Clock, *, several: bool) -> Check:
    age = _age(beat.at, clock)
    late = age > _LATE_BEAT
    return Check(
        name=f"{beat.service} {beat.instance}" if several else beat.service,
        outcome="failed" if late else "ok",
        said=f"last sign of life {age.total_seconds():.0f} s ago",
        remedy="see its log; `coldlane up` starts it again by itself" if late else "",
    )


def check_ingest(beats: tuple[Heartbeat, ...], clock: Clock) -> Iterator[Check]:
    """How far the writing is behind the broker, and what has gone wrong on the way."""
    for beat in beats:
        if beat.service != "ingest" or _age(beat.at, clock) > _LATE_BEAT:
            continue
        counts = beat.detail
        if counts.get("connected") is False and not counts.get("link_since"):
            # Its first sign of life, given before it has tried.
            yield Check(
                name="link",
                outcome="warning",
                said="ingest has just started and is not connected to the broker yet",
                remedy="ask again in some seconds",
            )
        elif counts.get("connected") is False:
            yield Check(
                name="link",
                outcome="failed",
                said=f"ingest has no connection to the broker since {counts.get('link_since')}",
                remedy="start the broker, or correct COLDLANE_MQTT_URL of ingest; boxes keep their"
                " readings meanwhile",
            )
        yield from _check_server_clock(counts)
        lag_s = float(counts.get("lag_s", 0)) / clock.rate
        waiting = int(counts.get("waiting", 0))
        late = lag_s > _MOST_LAG_S
        yield Check(
            name="writing",
            outcome="warning" if late else "ok",
            said=f"{lag_s:.1f} s behind, {waiting} messages waiting",
            remedy="the database is slow or boxes send a backlog: look at the load of its machine;"
            " if it lasts, share the shards between several ingest (docs/how-to/several-ingest.md)"
            if late
            else "",
        )
        yield from _troubles(counts, clock)


def _check_server_clock(counts: Mapping[str, Any]) -> Iterator[Check]:
    if off_s := float(counts.get("clock_off_s") or 0.0):
        yield Check(
            name="server clock",
            outcome="failed",
            said=f"by {abs(off_s):.0f} s {'ahead' if off_s > 0 else 'behind'}, as far as ingest can"
            f" tell since {counts.get('clock_doubted_since')}; no box's clock is judged by it",
            remedy="let the machine follow a time server (`timedatectl` says whether it does); what"
            " came meanwhile is placed anew by itself (docs/how-to/server-clock.md)",
        )


def _troubles(counts: Mapping[str, Any], clock: Clock) -> Iterator[Check]:
    lost_at = counts.get("session_lost_at")
    if lost_at and _age(datetime.fromisoformat(str(lost_at)), clock) < _RECENTLY:
        yield Check(
            name="session",
            outcome="warning",
            said=f"the broker had forgotten us at {lost_at}; boxes were asked to send again",
            remedy="see that the broker keeps its sessions on a disk (persistence in"
            " mosquitto.conf) and was not started anew; gaps close when the boxes have sent again",
        )
    for name, said, remedy in _COUNTED:
        if number := int(counts.get(name, 0)):
            yield Check(name=name, outcome="warning", said=f"{number} {said}", remedy=remedy)


_COUNTED = (
    (
        "retries",
        "batches had to be written again since ingest started",
        "the database was away or slow: look for write_retried in the log of ingest",
    ),
    (
        "refused_subscriptions",
        "subscriptions were refused by the broker since ingest started",
        "let the user of ingest read cl/v1/# (and the topics of the mapping file) in the broker's"
        " access list; the log of ingest names them under subscription_refused",
    ),
    (
        "callback_errors",
        "messages could not be taken from the client library",
        "a defect of ours: send us callback_error from the log of ingest",
    ),
    (
        "refused_for_room",
        "times the inbox was full for too long and the connection was ended",
        "the database does not keep up: as for writing that is behind",
    ),
)


def check_survey(survey: Survey, clock: Clock) -> Iterator[Check]:
    """Everything that waits, in the order of its way: readings, verdicts, notices, refusals."""
    yield _check_readings(survey, clock)
    yield _check_verdicts(survey, clock)
    if survey.unjudged:
        yield Check(
            name="judging",
            outcome="failed",
            said=f"{survey.unjudged} payloads could not be judged: {survey.unjudged_error}",
            remedy="they are tried again by themselves; look for judging_failed in the log of"
            " alerts, and inspect these shipments by hand until then",
        )
    yield _check_notices(survey, clock)
    yield _check_rejected(survey)
    if survey.key_conflicts:
        yield Check(
            name="conflicts",
            outcome="warning",
            said=f"{survey.key_conflicts} numbers were sent twice with different content",
            remedy="the first of each stays; the box uses a boot id again: give its log a new one"
            " (table key_conflict says which)",
        )


def _check_readings(survey: Survey, clock: Clock) -> Check:
    last = survey.last_received_at
    if last is None:
        return Check(name="readings", outcome="ok", said="none yet")
    age = _age(last, clock)
    quiet = bool(survey.boxes_under_way) and age > _QUIET
    return Check(
        name="readings",
        outcome="warning" if quiet else "ok",
        said=f"last one stored {age.total_seconds():.0f} s ago,"
        f" {survey.boxes_under_way} boxes under way",
        remedy="no box is heard: see that the broker and ingest are well, then that boxes reach"
        " the broker's address"
        if quiet
        else "",
    )


def _check_verdicts(survey: Survey, clock: Clock) -> Check:
    oldest = survey.oldest_work_put_at
    behind = _age(oldest, clock) if oldest else timedelta(0)
    late = behind > _OLD_WORK
    return Check(
        name="verdicts",
        outcome="warning" if late else "ok",
        said=f"{survey.work_waiting} waiting, oldest for {behind.total_seconds():.0f} s",
        remedy="alerts is behind or not running: see its sign of life above; a second alerts may"
        " share its work"
        if late
        else "",
    )


def _check_notices(survey: Survey, clock: Clock) -> Check:
    oldest = survey.oldest_notice_at
    behind = _age(oldest, clock) if oldest else timedelta(0)
    late = behind > _OLD_NOTICE
    why = f": {survey.notice_error}" if survey.notice_error else ""
    return Check(
        name="notices",
        outcome="failed" if late else "ok",
        said=f"{survey.notices} not delivered, oldest for {behind.total_seconds():.0f} s{why}",
        remedy="nobody is told of alarms meanwhile: watch the page, and see that the receiver at"
        " COLDLANE_WEBHOOK_URL answers 2xx"
        if late
        else "",
    )


def _check_rejected(survey: Survey) -> Check:
    total = sum(survey.rejected.values())
    reasons = ", ".join(f"{count} {reason}" for reason, count in list(survey.rejected.items())[:4])
    waiting = f"; {survey.to_read_again} will be read again" if survey.to_read_again else ""
    return Check(
        name="rejected",
        outcome="warning" if total else "ok",
        said=f"{total} messages are not stored, or not as a whole"
        f"{f' ({reasons})' if reasons else ''}{waiting}",
        remedy="`coldlane rejected list --open` names field and remedy of each; when it is mended,"
        " `coldlane rejected reprocess --reason …`"
        if total
        else "",
    )


def _age(at: datetime, clock: Clock) -> timedelta:
    """How long ago, in real time."""
    return max(timedelta(0), (clock.now() - at) / clock.rate)
