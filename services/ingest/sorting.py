"""A batch told apart: parcels to store, rejections to keep, statuses to count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from services.core.domain.grade import Grade
from services.core.storage.parcels import KnownBox, Parcel
from services.core.storage.rejected import Rejection
from services.ingest.decode import Decoded, Part, Rejected
from services.ingest.inbox import Arrived

Pair = tuple[Arrived, Decoded]

_UNKNOWN_BOX = Rejected(
    reason="unknown_box",
    field="topic",
    detail="no box of this name is registered",
    remedy="register the box, then `coldlane rejected reprocess --reason unknown_box`",
)
_RETIRED_BOX = Rejected(
    reason="retired_box",
    field="topic",
    detail="this box is retired",
    remedy="take the box back into service, or switch it off",
)
_OF_UNKNOWN_AGE = Rejected(
    reason="retained",
    field=None,
    detail="the broker had kept this message, and it does not say when it was measured",
    remedy="let the device publish without the retain flag, or send the time of measurement",
)


@dataclass(slots=True)
class Sorted:
    """What is done with a batch."""

    parcels: list[Parcel] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)


def box_names(pairs: Sequence[Pair]) -> set[str]:
    """The boxes that a batch speaks of."""
    return {decoded.topic.box_id for _, decoded in pairs if decoded.topic is not None}


def sort_batch(pairs: Sequence[Pair], boxes: Mapping[str, KnownBox]) -> Sorted:
    """Messages of registered boxes on their own shard become parcels."""
    done = Sorted()
    for arrived, decoded in pairs:
        topic, rejected = decoded.topic, decoded.rejected
        box = None if topic is None else boxes.get(topic.box_id)
        unwelcome = None
        if decoded.readings or decoded.status is not None:
            unwelcome = _not_welcome(arrived, decoded, box)
        if why := unwelcome or rejected:
            is_part = unwelcome is None and bool(decoded.readings)
            done.rejections.append(_rejection(arrived, decoded, why, is_part=is_part))
        if box is not None and decoded.readings and unwelcome is None:
            done.parcels.append(_parcel(arrived, decoded, box))
            for part in decoded.more:
                done.parcels.append(_further(arrived, part, decoded.grade, box))
    return done


def reject(pair: Pair, rejected: Rejected) -> Rejection:
    """Keep a message that was good to read and yet cannot be stored."""
    return _rejection(*pair, rejected)


def _not_welcome(arrived: Arrived, decoded: Decoded, box: KnownBox | None) -> Rejected | None:
    if arrived.retained and decoded.grade is Grade.BEST_EFFORT:
        return _OF_UNKNOWN_AGE
    if box is None or decoded.topic is None:
        return _UNKNOWN_BOX
    if box.retired_at is not None:
        return _RETIRED_BOX
    if decoded.topic.shard != box.shard:
        return Rejected(
            reason="foreign_shard",
            field="topic",
            detail=f"the box belongs to shard {box.shard:02x}, not {decoded.topic.shard:02x}",
            remedy=f"publish on cl/v1/{box.shard:02x}/{box.box_id}/…",
        )
    return None


def _parcel(arrived: Arrived, decoded: Decoded, box: KnownBox) -> Parcel:
    # By position, because there is one for each message.
    return Parcel(
        box,
        decoded.boot,
        arrived.received_at,
        decoded.readings,
        decoded.start_seq,
        _proven(decoded.grade, arrived),
    )


def _further(arrived: Arrived, part: Part, grade: Grade, box: KnownBox) -> Parcel:
    return Parcel(
        box=box,
        boot=part.boot,
        received_at=arrived.received_at,
        readings=part.readings,
        grade=_proven(grade, arrived),
    )


def _proven(grade: Grade, arrived: Arrived) -> Grade:
    """A message sent once was not repeated until the broker had it; only receipts heal that."""
    return Grade.BEST_EFFORT if grade and not arrived.qos else grade


def _rejection(
    arrived: Arrived, decoded: Decoded, rejected: Rejected, *, is_part: bool = False
) -> Rejection:
    return Rejection(
        received_at=arrived.received_at,
        topic=arrived.topic,
        box_id=decoded.topic.box_id if decoded.topic else None,
        payload=arrived.payload,
        reason=rejected.reason,
        field=rejected.field,
        detail=rejected.detail,
        remedy=rejected.remedy,
        is_part=is_part,
    )
