"""What the API says about alarms and about messages that were refused."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from services.api.schemas.base import Answer, Count, Identifier, Instant, Request, Sentence
from services.api.schemas.keys import PersonName

AlarmState = Literal[
    "UNACKNOWLEDGED",
    "ACKNOWLEDGED",
    "RTN_UNACKNOWLEDGED",
    "LATCHED",
    "SHELVED",
    "SHELVED_RETURNED",
    "SUPPRESSED_BY_DESIGN",
    "CLOSED",
]


class Seen(Request):
    """What somebody had before them when they acted on an alarm."""

    screen: str = Field(
        pattern=r"^[a-z][a-z0-9-]{0,39}$",
        description="The page, or the program, from which it was done.",
        examples=["live"],
    )
    state: AlarmState = Field(description="What the alarm's state was there.")
    revision: Count = Field(ge=0, le=1_000_000_000, description="And its revision.", examples=[3])


SEEN = Field(
    default=None,
    description="From where this is done, and what the alarm said there; kept with the act.",
)


class Acknowledge(Request):
    """Taking an alarm: from now on somebody is on it."""

    reason: Sentence | None = Field(
        default=None,
        description="What is being done; may follow within 15 minutes, or it sounds again.",
        examples=["called DHL"],
    )
    until: Instant | None = Field(
        default=None,
        description="Waiting for something: it sounds again then. At most the end of the shift.",
    )
    seen: Seen | None = SEEN


class TakeOver(Request):
    """Owning an alarm that somebody else has taken."""

    reason: Sentence | None = Field(
        default=None, description="What is being done, if it is something else."
    )
    seen: Seen | None = SEEN


class Shelve(Request):
    """Putting an alarm aside for a while; limit, freeze, container and identity alarms cannot."""

    until: Instant = Field(description="When it comes back; at most four hours away.")
    reason: Sentence = Field(description="Why it may wait.", examples=["battery is changed at 15"])
    seen: Seen | None = SEEN


class Assign(Request):
    """Saying whose an alarm is; it stays as unacknowledged as it was."""

    to: PersonName | None = Field(
        description="Who is to take it, of `GET /alarms/assignees`; null: nobody in particular.",
        examples=["chen-yu"],
    )
    instead_of: PersonName | None = Field(
        default=None,
        description="Whose it was when you chose; when it is somebody else's by now: 412.",
    )
    reason: Sentence | None = Field(
        default=None, description="Why, or what to do.", examples=["knows the courier"]
    )
    seen: Seen | None = SEEN


class Assignee(Answer):
    """Somebody who may be given alarms."""

    person_id: str = Field(description="Short name of the person.", examples=["chen-yu"])
    name: str = Field(description="Name.", examples=["Chen Yu"])


class Assigned(Answer):
    """Whose the alarm is: they were named, and need not have seen it yet."""

    at: Instant = Field(description="When that was said.")
    by: str | None = Field(description="Who said so.", examples=["local-operator"])
    to: str | None = Field(description="Who is to take it.", examples=["chen-yu"])
    name: str | None = Field(
        description="Their name, within the own organisation.", examples=["Chen Yu"]
    )
    reason: str | None = Field(description="Why, or what to do.")


class Acknowledged(Answer):
    """Who has taken the alarm, and until when that holds."""

    at: Instant = Field(description="When it was taken.")
    by: str | None = Field(description="Who took it.", examples=["local-operator"])
    reason: str | None = Field(description="What is being done.")
    lapses_at: Instant | None = Field(description="When the alarm sounds again.")
    waiting: bool = Field(description="It waits for something until then.")
    undoable: bool = Field(
        description="Who took it may take that back, for a minute: nobody had it before."
    )


class Shelved(Answer):
    """Who has put the alarm aside, why, and until when."""

    at: Instant = Field(description="When it was shelved.")
    by: str | None = Field(description="Who shelved it.", examples=["local-operator"])
    reason: str = Field(description="Why it may wait.")
    until: Instant = Field(description="When it comes back by itself.")


class Callee(Answer):
    """Somebody to call, from the contacts of the shipment."""

    role: str = Field(description="What for.", examples=["courier"])
    name: str = Field(description="Name.")
    phone: str = Field(description="Number with country code.")
    hours: str | None = Field(description="When they answer.")


class Alarm(Answer):
    """A condition that asks somebody to act."""

    id: Identifier = Field(description="Identifier.")
    kind: str = Field(description="Kind of alarm.", examples=["excursion"])
    group: str = Field(description="What it is about.", examples=["limit"])
    priority: int = Field(description="1 is the most urgent.", examples=[1])
    state: AlarmState = Field(description="Where it stands.")
    shipment_id: Identifier | None = Field(description="The shipment.")
    shipment_reference: str | None = Field(description="Its reference.", examples=["CT-00417"])
    box_id: str | None = Field(description="The box.", examples=["CB-0007"])
    began_at: Instant = Field(description="When the condition began.")
    raised_at: Instant = Field(description="When the alarm was raised.")
    returned_at: Instant | None = Field(description="When the condition ended.")
    closed_at: Instant | None = Field(description="When the alarm was closed.")
    facts: dict[str, Any] = Field(description="What the condition was; temperatures in °C.")
    config: dict[str, Any] = Field(description="The rule it was raised by, as it stood then.")
    acknowledged: Acknowledged | None = Field(description="Who is on it.")
    assigned: Assigned | None = Field(description="Whose it is, if somebody said so.")
    shelved: Shelved | None = Field(description="Who has put it aside.")
    shelvable: bool = Field(description="Whether alarms of this kind may be shelved.")
    first_action: str = Field(
        description="Key of the text that says what to do first.",
        examples=["alarm.excursion.action"],
    )
    whom_to_call: str = Field(description="Role to be called.", examples=["courier"])
    call: Callee | None = Field(description="Who that is, as far as it was entered.")
    act_by: Instant = Field(description="Until when somebody should have acted.")
    called_level: Count = Field(description="How far up it has been called; 0 is the first.")
    called_at: Instant | None = Field(description="When somebody was last told of it.")
    revision: Count = Field(description="Grows with every change.")
    simulated: bool = Field(description="The box is not a real one.")


class AlarmStep(Answer):
    """One step in an alarm's life."""

    move: str = Field(description="What happened.", examples=["raised"])
    at: Instant = Field(description="When it was so.")
    recorded_at: Instant = Field(description="When we noted it.")
    by: str | None = Field(description="Who did it; nobody when it came from the readings.")
    reason: str | None = Field(description="Why.")
    until: Instant | None = Field(description="How long it was to hold.")
    facts: dict[str, Any] = Field(description="What the condition was then.")
    screen: str | None = Field(
        description="The page or program from which somebody did it.", examples=["live"]
    )
    state_seen: AlarmState | None = Field(description="What the alarm's state was there then.")
    revision_seen: Count | None = Field(description="Which revision of it was seen there.")
    assigned_to: str | None = Field(description="Whose it was said to be, in `assigned`.")
