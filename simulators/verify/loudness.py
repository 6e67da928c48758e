"""How often a run rang: alarms an hour and of the first priority, against the scenario's bounds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import chain

from simulators.truth.document import Header, Truth
from simulators.verify.answers import Register, text_ms

_HOUR_MS = 3_600_000


@dataclass(slots=True, kw_only=True)
class Loudness:
    """Alarms that were raised about the shipments of a run, and the hours in which they were."""

    hours: float = 0.0
    kinds: Counter[str] = field(default_factory=Counter)
    priority_1: int = 0

    @property
    def raised(self) -> int:
        return self.kinds.total()

    @property
    def per_hour(self) -> float:
        """Of a run that is shorter than an hour: as if nothing rang in the rest of it."""
        return self.raised / max(1.0, self.hours)

    def broken(self, header: Header) -> list[str]:
        """The bounds of the scenario that do not hold, in words."""
        bounds, found = header.bounds, []
        if bounds is not None and self.per_hour > bounds.alarms_per_h:
            found.append(f"{self.per_hour:.1f} alarms an hour, {bounds.alarms_per_h:g} allowed")
        if bounds is not None and self.priority_1 > bounds.priority_1:
            found.append(f"{self.priority_1} alarms of priority 1, {bounds.priority_1} allowed")
        return found

    def as_dict(self) -> dict[str, object]:
        return {
            "hours": round(self.hours, 3),
            "raised": self.raised,
            "per_hour": round(self.per_hour, 2),
            "priority_1": self.priority_1,
            "kinds": dict(self.kinds),
        }


def measure_loudness(truth: Truth, register: Register) -> Loudness:
    """From the entry of the first shipment of the run to its end.

    Those of its shipments and boxes count, and those of the service itself, which name neither.
    """
    names = {payload.shipment for payload in truth.payloads}
    entered = [text_ms(one["created_at"]) for n, one in register.shipments.items() if n in names]
    ended_ms = text_ms(truth.header.ended_at)
    began_ms = min(entered, default=ended_ms)
    boxes = {box.box_id for box in truth.boxes}
    rung = [
        alarm
        for alarm in chain.from_iterable(register.alarms.values())
        if began_ms <= text_ms(alarm["raised_at"]) <= ended_ms
        and (alarm["shipment_reference"] or "") in {*names, ""}
        and (alarm["shipment_reference"] or (alarm["box_id"] or "") in {*boxes, ""})
    ]
    return Loudness(
        hours=(ended_ms - began_ms) / _HOUR_MS,
        kinds=Counter(alarm["kind"] for alarm in rung),
        priority_1=sum(alarm["priority"] == 1 for alarm in rung),
    )
