"""The faults there are: where each acts, what its value means, and whether it can strike by chance.

`acts_on` says what is touched: `physics` alone changes the true temperature of the payload.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Layer = Literal["physics", "probe", "position", "clock", "power", "radio", "wire"]
FaultKind = Literal[
    "lid_left_open",
    "tilt",
    "shock",
    "coolant_failure",
    "probe_stuck",
    "probe_disconnected",
    "spikes",
    "probe_offset",
    "wrong_unit",
    "gnss_loss",
    "teleport",
    "clock_jump",
    "clock_drift",
    "clock_never_set",
    "reboot",
    "battery_dead",
    "dropout",
    "late_burst",
    "reorder",
    "duplicate",
    "malformed",
    "spoofed_topic",
    "flood",
    "retained",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Nature:
    """What a kind of fault is; `grain_s` is how long one stroke of chance lasts (0: a record)."""

    acts_on: Layer
    what: str
    value: float = 0.0
    value_means: str = ""
    rateable: bool = True
    grain_s: float = 0.0


NATURES: dict[FaultKind, Nature] = {
    "lid_left_open": Nature(
        acts_on="physics", what="the lid stands open and outside air comes in", grain_s=600
    ),
    "tilt": Nature(
        acts_on="physics",
        what="the box leans; a dry shipper boils off faster",
        value=80,
        value_means="degrees from upright",
        grain_s=600,
    ),
    "shock": Nature(
        acts_on="physics",
        what="a blow; the payload's temperature does not feel it",
        value=9.4,
        value_means="g",
        grain_s=60,
    ),
    "coolant_failure": Nature(
        acts_on="physics",
        what="a share of the coolant or nitrogen leaks away",
        value=0.95,
        value_means="share lost, 0 to 0.95",
        rateable=False,
    ),
    "probe_stuck": Nature(
        acts_on="probe", what="the probe repeats what it said when the fault began", grain_s=600
    ),
    "probe_disconnected": Nature(
        acts_on="probe",
        what="the cable is off; digital probes say −127 or, after power-on, 85; others say NaN",
        value=-127.0,
        value_means="what the device sends: −127.0, 85.0 or nan",
        grain_s=60,
    ),
    "spikes": Nature(
        acts_on="probe",
        what="single readings far off, up or down",
        value=15.0,
        value_means="K, at most",
    ),
    "probe_offset": Nature(
        acts_on="probe", what="out of calibration", value=0.8, value_means="K", rateable=False
    ),
    "wrong_unit": Nature(
        acts_on="probe",
        what="firmware set to °F fills the field for °C",
        rateable=False,
    ),
    "gnss_loss": Nature(acts_on="position", what="no satellites, no position", grain_s=300),
    "teleport": Nature(
        acts_on="position",
        what="a position far away, with an accuracy that promises metres",
        value=900.0,
        value_means="km to the north, or the south near the pole",
    ),
    "clock_jump": Nature(
        acts_on="clock",
        what="the device's clock is off by a step; set right at the end",
        value=3600.0,
        value_means="seconds, positive is ahead",
        rateable=False,
    ),
    "clock_drift": Nature(
        acts_on="clock",
        what="the clock runs too fast or too slow from the beginning of the fault",
        value=120.0,
        value_means="seconds gained in a day",
        rateable=False,
    ),
    "clock_never_set": Nature(
        acts_on="clock",
        what="the clock begins in 1970 at every boot; set right at the end",
        rateable=False,
    ),
    "reboot": Nature(
        acts_on="power",
        what="a new boot id, the sequence begins at 0, the old log is kept and sent",
        rateable=False,
    ),
    "battery_dead": Nature(
        acts_on="power",
        what="two hours of decline, then neither readings nor radio; charged at the end",
        rateable=False,
    ),
    "dropout": Nature(
        acts_on="radio",
        what="no connection, without a goodbye; the log waits",
        grain_s=60,
    ),
    "late_burst": Nature(
        acts_on="radio",
        what="after each landing the radio stays off; then everything comes at once",
        value=1200.0,
        value_means="seconds after landing",
        rateable=False,
    ),
    "reorder": Nature(acts_on="wire", what="messages overtake one another"),
    "duplicate": Nature(acts_on="wire", what="a message is sent twice"),
    "malformed": Nature(
        acts_on="wire", what="a torn copy of the message goes out before the good one"
    ),
    "spoofed_topic": Nature(
        acts_on="wire",
        what="a copy goes to another shard, to a box nobody registered, or to another box's topic",
    ),
    "flood": Nature(
        acts_on="wire",
        what="firmware in a loop: copies of one record",
        value=50.0,
        value_means="copies of each record",
    ),
    "retained": Nature(acts_on="wire", what="telemetry published as retained"),
}
