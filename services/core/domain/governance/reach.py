"""How far somebody sees: the whole installation, an organisation and what is shared, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Whose rows a transaction sees; the database keeps to it, whatever a statement asks for.

    `at` is the instant that grants are held against. With neither an organisation nor `whole`
    only what is open to everybody is seen.
    """

    at: datetime
    principal_id: str = ""
    organisation_id: str = ""
    whole: bool = False


def installation(at: datetime) -> Reach:
    """Everything there is: for this program's own work, never for whoever sends a request."""
    return Reach(at=at, whole=True)
