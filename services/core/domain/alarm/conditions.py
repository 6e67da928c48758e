"""An alarm as the readings imply it, as it is stored, and the rule it was raised by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from services.core.domain.alarm.kinds import AlarmKind


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRule:
    """When a limit counts as passed, and when as kept again; copied into the alarm it raises."""

    threshold_c: float
    side: str
    deadband_k: float
    on_delay: timedelta
    off_delay: timedelta

    def to_config(self) -> dict[str, Any]:
        """The rule as JSON, as it stood when the alarm was raised."""
        return {
            "threshold_c": self.threshold_c,
            "side": self.side,
            "deadband_k": self.deadband_k,
            "on_delay_s": self.on_delay.total_seconds(),
            "off_delay_s": self.off_delay.total_seconds(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedAlarm:
    """What the readings and the clock say now about one condition of one payload.

    `subject` tells apart conditions of the same kind (which limit). `returned_at` is set when the
    condition is over. `raises` is False inside the hysteresis: an open alarm stays, none begins.
    `suppressed_by` names what excuses it by design; it is kept and shown, and nobody is told.
    """

    kind: AlarmKind
    began_at: datetime
    subject: str = ""
    returned_at: datetime | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)
    raises: bool = True
    suppressed_by: str | None = None

    @property
    def told(self) -> Mapping[str, Any]:
        """The facts as they are stored."""
        if self.suppressed_by is None:
            return self.facts
        return {**self.facts, "suppressed_by": self.suppressed_by}

    def key(self, payload_id: object) -> str:
        """The identity of the condition: which payload, what, and since when."""
        return ":".join((str(payload_id), self.kind.value, self.subject, self.began_at.isoformat()))


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAlarm:
    """An alarm as it stands in the store; `recent_moves` is of the last minute."""

    key: str
    kind: AlarmKind
    subject: str
    began_at: datetime
    raised_at: datetime
    returned_at: datetime | None = None
    closed_at: datetime | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    shelved: bool = False
    recent_moves: int = 0

    @property
    def suppressed(self) -> bool:
        return bool(self.facts.get("suppressed_by"))
