"""The numbers of the physics: each named, with its unit, where it is from and how far to trust it.

Grades: S = read in the source named; K = general engineering knowledge, not re-read; O = own choice
inside what the sources allow. Nothing here says what cells stand: limits live in the profiles.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number that can be argued about."""

    value: float
    unit: str
    grade: Literal["S", "K", "O"]
    source: str


# --- water-like material and phase-change coolant ---------------------------------------------
AQUEOUS_HEAT = Parameter(3900.0, "J/(kg K)", "K", "cell suspension, mostly water (4180)")
COOLANT_MELTS = Parameter(5.0, "°C", "K", "organic coolants sold for 2-8 °C melt at 4 to 6 °C")
COOLANT_LATENT = Parameter(190e3, "J/kg", "K", "n-paraffins, 180-220 J/g in makers' tables")
COOLANT_SOLID_HEAT = Parameter(1800.0, "J/(kg K)", "K", "n-paraffin class")
COOLANT_LIQUID_HEAT = Parameter(2100.0, "J/(kg K)", "K", "n-paraffin class")

# --- passive box -------------------------------------------------------------------------------
WALL_CONDUCTANCE = Parameter(0.16, "W/K", "O", "12 l vacuum-panel box, gives the hold")
LINER_HEAT = Parameter(2000.0, "J/K", "O", "inner liner, shelves and air")
LINER_TO_COOLANT = Parameter(1.2, "W/K", "O", "plates around the payload")
COOLANT_TO_PAYLOAD = Parameter(0.9, "W/K", "O", "bag pressed against the plates")
LINER_TO_PAYLOAD = Parameter(0.08, "W/K", "O", "air gaps")
OPEN_LID_FACTOR = Parameter(25.0, "1", "O", "natural convection through the open top of 0.1 m²")
SHORT_HOLD_COOLANT = Parameter(
    1.7, "kg", "S", "sized so that 2-8 °C is held 30 h: docslib.org/doc/8428436 (CF-45 box)"
)
LONG_HOLD_COOLANT = Parameter(5.4, "kg", "O", "the same box for about four days")
FRESH_PAYLOAD_MASS = Parameter(1.0, "kg", "O", "apheresis bag, secondary bag and gel sleeve")

# --- dry vapour shipper ------------------------------------------------------------------------
NITROGEN_BOILS = Parameter(-195.8, "°C", "K", "at 1013 hPa")
NITROGEN_LATENT = Parameter(199e3, "J/kg", "K", "heat of vaporisation at 77.4 K")
NITROGEN_CHARGE = Parameter(
    3.31,
    "kg",
    "S",
    "4.1 l absorbed, 1.782 lb a litre: University of Virginia, dry shipper documentation",
)
VESSEL_LEAK = Parameter(
    1.9e-3,
    "W/K",
    "O",
    "with the neck: a full charge lasts about 12 days upright",
)
NECK_LEAK = Parameter(1.0e-3, "W/K", "O", "through the plug onto the rack")
VESSEL_HEAT = Parameter(1500.0, "J/K", "K", "3 kg aluminium and absorbent near 100 K")
RACK_HEAT = Parameter(1800.0, "J/K", "O", "cassettes, rack and frozen bags near 100 K")
VESSEL_TO_RACK = Parameter(0.25, "W/K", "O", "cold vapour: rack about a kelvin above the nitrogen")
UNIT_SPREAD = Parameter(
    0.2, "1", "S", "units of one model differ by 30-40 %: blog.fisherbioservices.com 337378"
)
TILT_BEGINS = Parameter(30.0, "deg", "O", "upright allowance; the alarm angle is 45")
SIDE_FACTOR = Parameter(
    20.0,
    "1",
    "S",
    "on its side up to 60 % of the hold is lost in a few hours: blog.fisherbioservices.com 339094",
)
UPSIDE_DOWN_FACTOR = Parameter(
    40.0, "1", "S", "upside down days become hours: blog.fisherbioservices.com 384507"
)
LOST_VACUUM_FACTOR = Parameter(15.0, "1", "O", "air in the jacket: about 5 K an hour once dry")

# --- probes ------------------------------------------------------------------------------------
BUFFERED_LAG = Parameter(300.0, "s", "K", "probe in a glycol bottle")
AIR_LAG = Parameter(30.0, "s", "K", "bare probe in still air")
