"""The errors of the house, as one tree; HTTP statuses are chosen in `services/api/errors.py`.

ColdlaneError
├── NotFound            no such object, or not yours to see
├── Conflict            the request is sound, the state does not allow it
│   ├── AlreadyExists   an object with this identity stands already
│   ├── IllegalTransition
│   ├── SlotTaken       place and time are booked
│   ├── NotInTime       the slot begins after the latest start
│   └── StaleRevision   the object changed since it was read
├── Invalid             the request cannot become valid by waiting
├── NotYours            it can be seen, but belongs to another organisation
└── Unavailable         a part we need does not answer; try again
"""

from __future__ import annotations


class ColdlaneError(Exception):
    """Base of every error that a caller may meet; its text is written for people."""

    def __init__(self, detail: str = "", /, *, field: str | None = None, remedy: str | None = None):
        super().__init__(detail or (self.__doc__ or "").strip())
        self.detail = detail or (self.__doc__ or "").strip()
        self.field = field
        self.remedy = remedy


class NotFound(ColdlaneError):
    """There is no such object."""


class Conflict(ColdlaneError):
    """The state of the object does not allow this."""


class AlreadyExists(Conflict):
    """An object with this identity stands already."""


class IllegalTransition(Conflict):
    """This move is not possible from the present state."""


class SlotTaken(Conflict):
    """Another appointment holds this place at this time."""


class NotInTime(Conflict):
    """The slot begins after the latest start: QA decides, and whoever wants it says why."""


class StaleRevision(Conflict):
    """The object has changed since it was read."""


class Invalid(ColdlaneError):
    """The value is not acceptable."""


class NotYours(ColdlaneError):
    """It belongs to another organisation, which alone may change it."""


class Unavailable(ColdlaneError):
    """A part we need does not answer; try again."""
