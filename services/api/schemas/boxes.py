"""What the API says about cold boxes and what they measured."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, Strict, StringConstraints

from services.api.schemas import patterns
from services.api.schemas.base import (
    Answer,
    Count,
    Flag,
    Identifier,
    Instant,
    OwnerName,
    Request,
    Sentence,
    Word,
)

BoxName = Annotated[str, StringConstraints(pattern=patterns.BOX)]
ProbeName = Annotated[str, StringConstraints(pattern=patterns.PROBE)]
BoxKind = Literal["box", "room"]
BoxShow = Literal["under_way", "free", "runs_out", "silent", "retired"]
DeliveryGrade = Literal["receipted", "acknowledged", "best_effort"]
ProbeKind = Literal["payload", "lid", "ambient", "coolant"]


class NewProbe(Request):
    """A probe that sits in the box from its registration on."""

    probe_id: ProbeName = Field(description="Serial number of the probe.", examples=["SN-4411"])
    kind: ProbeKind = Field(default="payload", description="What the probe touches.")


class NewBox(Request):
    """A box, or a room's logger, that may publish from now on."""

    box_id: BoxName = Field(
        description="The box's name, given by its owner; never changes.", examples=["CB-0007"]
    )
    kind: BoxKind = Field(default="box", description="A travelling box, or a cold store's logger.")
    simulated: Flag = Field(
        default=False, description="Not a real box; the mark can never be taken away."
    )
    model: Word | None = Field(default=None, description="Maker's model.", examples=["va-Q-tec C"])
    report_interval_s: Annotated[int, Strict(), Field(ge=1, le=86_400)] = Field(
        default=60, description="Seconds between two readings.", examples=[60]
    )
    probes: list[NewProbe] = Field(default=[], max_length=16, description="Probes in the box.")
    owner: OwnerName = None


class NewBoxes(Request):
    """Boxes that are registered together, all or none."""

    boxes: list[NewBox] = Field(
        min_length=1, max_length=500, description="The boxes; each name stands once."
    )


class RegisteredBoxes(Answer):
    """What became of it; each box can be read by its name."""

    registered: Count = Field(description="How many boxes were registered.", examples=[250])


class BoxShipment(Answer):
    """The shipment in a box, by its name."""

    id: Identifier = Field(description="Identifier of the shipment.")
    reference: str = Field(description="Its reference.", examples=["CT-00417"])


class RetireBox(Request):
    """Taking a box out of service, or back."""

    reason: Sentence = Field(description="Why.", examples=["lining is damaged"])


class BoxTopics(Answer):
    """The topics of one box."""

    telemetry: str = Field(
        description="The box publishes readings here.", examples=["cl/v1/1f/CB-0007/telemetry"]
    )
    senml: str = Field(description="The same for a box that speaks SenML (RFC 8428).")
    event: str = Field(description="The box publishes events here.")
    status: str = Field(description="Online and offline; the last will goes here.")
    receipt: str = Field(description="The box learns here what is stored; retained.")
    command: str = Field(description="The box takes commands from here.")


class Box(Answer):
    """A registered box."""

    box_id: str = Field(description="The box's name.", examples=["CB-0007"])
    shard: int = Field(description="The shard it publishes on, 0 to 63.", examples=[31])
    topics: BoxTopics = Field(description="Where it publishes and listens.")
    kind: BoxKind = Field(description="A travelling box, or a cold store's logger.")
    simulated: bool = Field(description="Not a real box.")
    model: str | None = Field(description="Maker's model.")
    report_interval_s: int = Field(description="Seconds between two readings.", examples=[60])
    registered_at: Instant = Field(description="When it was registered.")
    retired_at: Instant | None = Field(
        description="Since when it is out of service: what it sends is refused. Null while it is in"
        " service."
    )
    revision: Count = Field(description="Grows with every change.", examples=[1])
    last_received_at: Instant | None = Field(description="When its last message was stored.")
    certificate_ends_at: Instant | None = Field(
        description="Until when it can prove who it is: the last end of its certificates; null when"
        " none is recorded."
    )
    grade: DeliveryGrade | None = Field(
        description="How safely its readings come: it keeps each until our receipt, it repeats each"
        " until the broker has it, or neither; null before the first.",
        examples=["receipted"],
    )
    battery_pct: float | None = Field(
        description="Battery by its last report, %; null when it never told.", examples=[87]
    )
    calibrated_until: Instant | None = Field(
        description="Earliest end of a calibration among its probes; null when one has no record,"
        " or the box has no probe."
    )
    shipment: BoxShipment | None = Field(description="The shipment that it carries now.")


class ReadingPoint(Answer):
    """One reading, or a stretch of readings in one point."""

    t: Instant = Field(description="Placed time; of a stretch, the time of its first reading.")
    temp_c: float = Field(description="Temperature, °C; of a stretch, its mean.", examples=[4.81])
    min_c: float = Field(description="Lowest temperature of the stretch, °C.")
    max_c: float = Field(description="Highest temperature of the stretch, °C.")
    mean_c: float = Field(description="Mean temperature of the stretch, °C.")
    n: int = Field(description="Readings in the point.", examples=[1])


class Gap(Answer):
    """A stretch without readings longer than the box's rhythm allows."""

    from_: Instant = Field(alias="from", description="Last reading before the gap.")
    to: Instant = Field(description="First reading after the gap.")


class LateStretch(Answer):
    """Readings that came so late that they were judged again."""

    from_: Instant = Field(alias="from", description="First late reading.")
    to: Instant = Field(description="Last late reading.")
    received_at: Instant = Field(description="When the last of them was stored.")


class RevisedStretch(Answer):
    """From the first reading whose lateness changed a verdict until the verdict was set right."""

    from_: Instant = Field(alias="from", description="First of the late readings.")
    to: Instant = Field(description="When the verdict was set right, the last time.")


class BoxEvent(Answer):
    """Something the box told beside its readings."""

    t: Instant = Field(description="Placed time.")
    kind: str = Field(description="Kind of event.", examples=["lid_opened"])
    detail: dict[str, Any] | None = Field(description="What the event said.")


class Series(Answer):
    """The readings of one probe of a box over a stretch of time."""

    box_id: str = Field(description="The box.", examples=["CB-0007"])
    resolution_s: float = Field(
        description="Width of a point in seconds; 0 when every reading is its own point."
    )
    items: list[ReadingPoint] = Field(description="In order of placed time.")
    gaps: list[Gap] = Field(description="Stretches without readings.")
    late: list[LateStretch] = Field(description="Stretches that arrived late.")
    events: list[BoxEvent] = Field(description="Events in the same stretch of time.")


class Trace(Answer):
    """The readings of one probe in columns: a fifth of the bytes, for drawing."""

    box_id: str = Field(description="The box.", examples=["CB-0007"])
    resolution_s: float = Field(
        description="Width of a point in seconds; 0 when every reading is its own point."
    )
    from_s: float = Field(description="Placed time of the first point, seconds since 1970.")
    t: list[float] = Field(description="Seconds after `from_s`, by point.", examples=[[0, 60]])
    temp_c: list[float] = Field(description="Mean temperature by point, °C.")
    min_c: list[float] | None = Field(description="Lowest by point, °C; null at full resolution.")
    max_c: list[float] | None = Field(description="Highest by point, °C; likewise.")
    probes: list[str] = Field(description="Probes that told something in this stretch.")
    gaps: list[Gap] = Field(description="Stretches without readings.")
    late: list[LateStretch] = Field(description="Stretches that arrived late.")
    revised: list[RevisedStretch] = Field(
        description="Stretches of which something else was said before late readings came."
    )
    events: list[BoxEvent] = Field(description="Events in the same stretch of time.")


class Hole(Answer):
    """Numbers that are missing, both ends included."""

    first: int = Field(description="First missing sequence number.", examples=[17])
    last: int = Field(description="Last missing sequence number.", examples=[19])


class BootLog(Answer):
    """What is stored of the log of one boot; the box's receipt says the same."""

    boot: str = Field(description="The boot.", examples=["9f3c21aa"])
    start_seq: int = Field(description="First number that the log has, or had, to offer.")
    contiguous: int = Field(
        description="Highest number below which nothing is missing; start_seq − 1 if none is."
    )
    missing: list[Hole] = Field(description="The first 64 holes; backfill closes them.")
    first_received_at: Instant = Field(description="When the first of it was stored.")
    last_received_at: Instant = Field(description="When the last of it was stored.")


class BoxLogs(Answer):
    """The latest boots of a box and the gaps in their logs."""

    box_id: str = Field(description="The box.", examples=["CB-0007"])
    items: list[BootLog] = Field(description="At most 100, the one last heard first.")
