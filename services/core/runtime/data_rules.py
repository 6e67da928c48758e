"""The classes of fields and the rules on data that leaves, as they come with the product."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from services.core.domain.governance.data_class import FieldClasses, read_field_classes
from services.core.domain.governance.data_rules import DataRules, read_data_rules

_CALENDAR = ZoneInfo("Asia/Shanghai")
_FOLDER = Path(__file__).parent / "rules"


@cache
def field_classes() -> FieldClasses:
    """What each field of each answer and notice says about people."""
    return read_field_classes(tomllib.loads((_FOLDER / "field_classes.toml").read_text("utf-8")))


@cache
def shipped_data_rules() -> DataRules:
    """The country's list and those of free-trade zones, each with its source and dates."""
    return read_data_rules(tomllib.loads((_FOLDER / "data_export.toml").read_text("utf-8")))


def calendar_day(now: datetime) -> date:
    """The day where the data is kept; its year is that of the counters."""
    return now.astimezone(_CALENDAR).date()


def calendar_day_end(day: date) -> datetime:
    """The first instant after that day, where the data is kept."""
    return datetime.combine(day + timedelta(days=1), time(), _CALENDAR)
