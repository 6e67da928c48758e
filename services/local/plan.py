"""What a local system is asked to be, and the clock that its data allows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from services.core.runtime.clock import (
    CLOCK_ALLOWED_VARIABLE,
    CLOCK_VARIABLE,
    SystemClock,
    VirtualClock,
    parse_virtual_clock,
)
from services.local.errors import LocalFailure
from services.local.folder import DataFolder, write_private

_DECIDED_BY_US = (CLOCK_VARIABLE, CLOCK_ALLOWED_VARIABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemPlan:
    """Ports of 0 take free ones; addresses of None start the embedded parts."""

    data_dir: Path
    api_port: int = 8080
    mqtt_port: int = 1883
    demo_boxes: int = 0
    clock: VirtualClock | None = None
    database_url: str | None = None
    mqtt_url: str | None = None
    database_os_user: str = "nobody"
    sign_in: bool = False
    public_url: str | None = None


def wanted_clock(rate: float | None) -> VirtualClock | None:
    """Simulated time from now on at this rate; None for real time, or when nothing was said."""
    if rate is None or rate == 1:
        return None
    return VirtualClock(origin=SystemClock().now().replace(microsecond=0), rate=rate)


def settle_clock(folder: DataFolder, wanted: VirtualClock | None) -> VirtualClock | None:
    """The clock this folder's data was made with goes on; a folder does not change its clock.

    Time must never run backwards for stored data, as it would at a lower rate or a later origin.
    """
    stored = parse_virtual_clock(folder.clock.read_text()) if folder.clock.exists() else None
    if stored is None and wanted is not None:
        write_private(folder.clock, wanted.as_setting() + "\n")
        return wanted
    if stored is not None and wanted is not None and stored.rate != wanted.rate:
        raise LocalFailure(
            f"the data in {folder.path} was made with time running {stored.rate:g} times as fast:"
            f" use --clock-rate {stored.rate:g}, or another --data-dir"
        )
    return stored


def child_environment(
    own: Mapping[str, str], clock: VirtualClock | None, given: Mapping[str, str]
) -> dict[str, str]:
    """What the services read: our environment, the addresses, and a simulated clock if any."""
    kept = {name: value for name, value in own.items() if name not in _DECIDED_BY_US}
    simulated = {CLOCK_VARIABLE: clock.as_setting(), CLOCK_ALLOWED_VARIABLE: "up"} if clock else {}
    return {**kept, "PYTHONUNBUFFERED": "1", **given, **simulated}


def started_at() -> str:
    """This instant, for the record of a run."""
    return SystemClock().now().astimezone(UTC).isoformat(timespec="seconds")
