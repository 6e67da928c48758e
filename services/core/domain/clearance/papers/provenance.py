"""Where a rule comes from, and from when to when it holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Source and grade (S read there, K known in general, O own choice), and the dates, both
    inclusive; None is open."""

    source: str
    grade: str
    url: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the rule is in force on that day of the place."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )
