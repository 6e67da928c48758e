"""What a mapping file says: which topics, which device is which box, and what each field means."""

from __future__ import annotations

from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from typing import Literal, NamedTuple

from services.core.domain.errors import Invalid
from services.core.domain.identifiers import BoxId, parse_box_id
from services.core.wire.quantities import Linear

DEVICE_LEVEL = "{device}"
ANY_LEVEL = "+"

TimeForm = Literal["unix_s", "unix_ms", "rfc3339"]
Path = tuple[str, ...]
"""Names to follow from the reading, or else from the message, to a value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule:
    """Where one of our fields stands, and how it is converted. `conversion` None: not a number.

    `none`: values that mean that nothing was measured; `text`: the number comes as a text.
    """

    path: Path
    conversion: Linear | None
    text: bool = False
    none: frozenset[str | float] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeRule:
    """Where the time of measurement stands, and how it is written."""

    path: Path
    form: TimeForm


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRule:
    """One kind of message. `time` None: the device says none, that of the receipt stands for it.

    `readings` is the path to a list of readings; None: the message is one.
    """

    name: str
    levels: tuple[str, ...]
    boxes: Dictionary[str, BoxId] | None
    time: TimeRule | None
    readings: Path | None
    probe: Path | None
    fields: Dictionary[str, FieldRule]

    @property
    def filter(self) -> str:
        """The subscription that brings these messages."""
        return "/".join(ANY_LEVEL if level == DEVICE_LEVEL else level for level in self.levels)

    def device_on(self, topic: Path) -> str | None:
        """The device's name, if the topic is one of this rule's."""
        if len(topic) != len(self.levels):
            return None
        device = None
        for ours, theirs in zip(self.levels, topic, strict=True):
            if ours == DEVICE_LEVEL:
                device = theirs
            elif ours not in (theirs, ANY_LEVEL):
                return None
        return device

    def box_of(self, device: str) -> BoxId:
        """The box that a device is; raises Invalid."""
        if self.boxes is None:
            return parse_box_id(device, "topic")
        found = self.boxes.get(device)
        if found is None:
            raise Invalid(
                f"the mapping {self.name} names no box for the device {device[:64]}",
                field="topic",
                remedy="add the device under boxes in the mapping file, then restart ingest",
            )
        return found


class Matched(NamedTuple):
    """A topic of a device, and the rule that reads it."""

    rule: DeviceRule
    device: str


@dataclass(frozen=True, slots=True)
class MappingRules:
    """Every rule of a file; no two of them take the same topic."""

    devices: tuple[DeviceRule, ...] = ()

    @property
    def filters(self) -> list[str]:
        """The subscriptions that bring every message of these devices."""
        return [device.filter for device in self.devices]

    def match(self, topic: str) -> Matched | None:
        """The rule that a topic falls under, and the device it names."""
        levels = tuple(topic.split("/"))
        for rule in self.devices:
            device = rule.device_on(levels)
            if device is not None:
                return Matched(rule, device)
        return None


def overlap(one: DeviceRule, other: DeviceRule) -> bool:
    """Whether some topic falls under both rules."""
    wild = (ANY_LEVEL, DEVICE_LEVEL)
    return len(one.levels) == len(other.levels) and all(
        a == b or a in wild or b in wild for a, b in zip(one.levels, other.levels, strict=True)
    )
