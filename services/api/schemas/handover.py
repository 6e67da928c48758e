"""What the API says about the change of shift."""

from __future__ import annotations

from pydantic import Field

from services.api.schemas.base import Answer, Count, Identifier, Instant, Request, Sentence


class NewShiftNote(Request):
    """Something the next shift must know."""

    words: Sentence = Field(description="What, without names of patients.", examples=["LN₂ at 15"])
    due_at: Instant | None = Field(default=None, description="By when, if it was promised.")
    shipment_id: Identifier | None = Field(default=None, description="The shipment, if of one.")


class ShiftNote(Answer):
    """A note of one shift to the next."""

    note_id: Identifier = Field(description="Identifier.")
    written_at: Instant = Field(description="When it was written.")
    written_by: str = Field(description="Who wrote it.")
    words: str = Field(description="What the next shift must know.")
    due_at: Instant | None = Field(description="By when, if it was promised.")
    shipment_id: Identifier | None = Field(description="The shipment.")
    shipment_reference: str | None = Field(description="Its reference.", examples=["CT-00417"])
    done_at: Instant | None = Field(description="When it was crossed out.")


class SeenAlarm(Answer):
    """An open alarm as it stood when somebody took the shift over."""

    alarm_id: Identifier = Field(description="Identifier.")
    kind: str = Field(description="Kind of alarm.", examples=["excursion"])
    priority: int = Field(description="1 is the most urgent.", examples=[1])
    state: str = Field(description="Where it stood.", examples=["ACKNOWLEDGED"])
    shipment_id: Identifier | None = Field(
        default=None, description="The shipment; older ones do not say it."
    )
    shipment_reference: str | None = Field(description="Its reference.", examples=["CT-00417"])
    box_id: str | None = Field(description="The box.", examples=["CB-0007"])
    taken_by: str | None = Field(default=None, description="Who had taken it.")
    assigned_to: str | None = Field(default=None, description="Whose it was said to be.")


class SeenTable(Answer):
    """What lay on the table."""

    alarms: list[SeenAlarm] = Field(description="Open alarms.")
    notes: list[Identifier] = Field(description="Open notes.")


class Handover(Answer):
    """Somebody took the shift over."""

    handover_id: Identifier = Field(description="Identifier.")
    taken_at: Instant = Field(description="When.")
    taken_by: str = Field(description="Who.", examples=["Chen Yu"])
    seen: SeenTable = Field(description="Alarms and notes that lay on the table then.")


class ShiftTable(Answer):
    """What lies on the table at the change of shift; open alarms come with the stream."""

    notes: list[ShiftNote] = Field(description="Open notes, promises first by their hour.")
    handovers: list[Handover] = Field(description="The last takings over, newest first.")
    ends_at: Instant = Field(description="When this shift ends, in UTC where no site says else.")


class TakeShift(Request):
    """Taking the shift over: every alarm that somebody else has taken becomes one's own."""

    alarms: Count = Field(
        ge=0, le=1_000_000, description="How many open alarms were seen; more now: look again."
    )
