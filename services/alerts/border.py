"""What of a notice leaves the country by a channel: field by field, or nothing of it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import datetime

from services.alerts.channels.channel import Channel
from services.core.domain.errors import Unavailable
from services.core.domain.governance.data_class import EVERY_CLASS, DataClass
from services.core.domain.governance.data_policy import DataPolicy
from services.core.domain.governance.data_rules import Purpose
from services.core.domain.governance.data_standing import read_standing
from services.core.domain.governance.data_transfer import Recipient, Ruling, Transfer, passing
from services.core.runtime.clock import Clock
from services.core.runtime.data_rules import calendar_day, field_classes, shipped_data_rules
from services.core.storage.database import Database
from services.core.storage.datapolicy import DataPolicyRepository, NewDecision
from services.core.storage.deliveries import LeasedNotice


class NoticeBorder:
    """Where a channel's receiver sits is what its plan says; a place nobody named is abroad."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def let_through(self, notice: LeasedNotice, channel: Channel) -> LeasedNotice:
        """The notice with what may pass; raises Unavailable when nothing of it may."""
        if channel.country == shipped_data_rules().home:
            return notice
        now = self._clock.now()
        async with self._database.unit_of_work() as uow:
            repository = DataPolicyRepository(uow)
            entries = await repository.in_force(None)
            own = read_standing([(one.kind, one.document) for one in entries]).rules
            rulings = DataPolicy(shipped=shipped_data_rules(), own=own).rule_all(
                EVERY_CLASS, {}, _transfer(channel, now)
            )
            passes = passing(rulings) & {DataClass.NONE}
            body, held = field_classes().split(f"notice.{notice.kind}", notice.body, passes)
            ruling = rulings[DataClass.NONE]
            await repository.keep(_decision(notice, channel, ruling, held, now))
        if not ruling.passes:
            raise Unavailable(f"held back: {ruling.words} (rule {ruling.rule_id})")
        return replace(notice, body=body)


def _transfer(channel: Channel, now: datetime) -> Transfer:
    return Transfer(
        recipient=Recipient(organisation_id=channel.name, country=channel.country),
        purpose=Purpose.NOTICE,
        now=now,
        day=calendar_day(now),
    )


def _decision(
    notice: LeasedNotice, channel: Channel, ruling: Ruling, held: list[str], now: datetime
) -> NewDecision:
    about = f"channel {channel.name}, notice {notice.kind}"
    same = [calendar_day(now).isoformat(), about, ruling.rule_id, held]
    return NewDecision(
        at=now,
        principal_id="alerts",
        organisation_id=None,
        country=channel.country,
        purpose=Purpose.NOTICE.value,
        about=about,
        classes=[DataClass.NONE.value],
        held_back=held,
        persons={},
        rule_id=ruling.rule_id,
        outcome=ruling.outcome.value,
        passed=ruling.passes,
        words=ruling.words,
        once=hashlib.sha256(json.dumps(same).encode()).hexdigest(),
    )
