"""What ingest has done since it started; told in its heartbeat."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime


@dataclass(slots=True)
class Counters:
    """Counts of messages and readings, and how far behind the writing is."""

    messages: int = 0
    readings: int = 0
    repeated: int = 0
    key_conflicts: int = 0
    rejected: int = 0
    reprocessed: int = 0
    unknown_fields: int = 0
    statuses: int = 0
    corrected_boots: int = 0
    batches: int = 0
    retries: int = 0
    acks: int = 0
    stale_acks: int = 0
    receipts: int = 0
    connections: int = 0
    subscriptions: int = 0
    refused_subscriptions: int = 0
    lost_sessions: int = 0
    retained: int = 0
    unguaranteed: int = 0
    """Messages of QoS 0: the broker may drop one without a word, and never sends it again."""

    refused_for_room: int = 0
    callback_errors: int = 0
    waiting: int = 0
    lag_s: float = 0.0
    """The longest that a message in hand has waited since the last heartbeat, or waits still."""

    in_hand_since: datetime | None = None
    connected: bool = False
    link_since: str | None = None
    """Since when the connection to the broker has been as `connected` says."""

    session_lost_at: str | None = None
    """When the broker had last forgotten our session; what it held for us is gone."""

    certificate_ends_at: str | None = None
    """When the first of the two certificates of the connection ends: ours and the broker's."""

    clock_off_s: float = 0.0
    """How far the server's clock is doubted, ahead above zero; 0 when it is not."""

    clock_doubted_since: str | None = None

    def as_detail(self) -> dict[str, float | int | str | None]:
        """As the heartbeat tells it."""
        since = self.in_hand_since
        return {**asdict(self), "in_hand_since": since and since.isoformat()}

    def note_lag(self, now: datetime) -> None:
        """Called after each batch and before each heartbeat.

        Without the second a lock that keeps the writer waiting would look like quiet boxes.
        """
        if self.in_hand_since is not None:
            waited_s = (now - self.in_hand_since).total_seconds()
            self.lag_s = max(self.lag_s, round(waited_s, 3))
