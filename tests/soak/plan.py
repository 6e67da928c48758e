"""What one run does, and what came of it."""

from dataclasses import dataclass, field

BATCH_MOST = 20

Choice = tuple[str, ...]
MIXED: tuple[Choice, ...] = (
    *[("ingest",)] * 5,
    *[("database",)] * 2,
    *[("broker",)] * 2,
    ("database", "broker"),
    ("all ingest", "broker"),
)
"""What one lot kills. The last is the worst: the broker dies with what nobody has read yet."""

WORST: tuple[Choice, ...] = (("all ingest", "broker"), ("database", "all ingest", "broker"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A run that is the same for the same seed, up to the scheduling of the machine.

    Without `receipts` a box trusts the broker's acknowledgement and sends nothing again: the
    control that must lose, or the count at the end would see no loss.
    """

    seed: int
    readings: int
    kills: int
    seconds: float
    boxes: int = 40
    receipts: bool = True
    first_box: int = 0
    choices: tuple[Choice, ...] = MIXED
    settle_s: float = 120.0

    @property
    def per_box(self) -> int:
        return self.readings // self.boxes


@dataclass(slots=True, kw_only=True)
class Kills:
    """How often each part was killed."""

    ingest: int = 0
    database: int = 0
    broker: int = 0

    @property
    def all(self) -> int:
        return self.ingest + self.database + self.broker


@dataclass(slots=True, kw_only=True)
class Outcome:
    """The count at the end of a run."""

    plan: Plan
    kills: Kills = field(default_factory=Kills)
    messages: int = 0
    resent: int = 0
    rows: int = 0
    lost: int = 0
    doubled: int = 0
    altered: int = 0
    false_receipts: int = 0
    conflicts: int = 0
    rejected: int = 0
    took_s: float = 0.0
    settled_in_s: float = 0.0
    load: float = 0.0

    @property
    def is_clean(self) -> bool:
        """Each reading stored exactly once, as it was sent, and no receipt for what is not."""
        wrong = (self.lost, self.doubled, self.altered, self.false_receipts)
        return not any((*wrong, self.conflicts, self.rejected))
