"""Shipments as they come to the bays: when, how long to inspect, until when, and whose."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import exp, log
from random import Random

DAY_MIN = 1440.0
INSPECTION_MEAN_MIN = 25.0
INSPECTION_LOG_SD = 0.385
"""Log-normal with a coefficient of variation of 0.4. Own choice (grade O): no service times are
published. Of four shapes tried on four seeds it came nearest to the loss table of the domain
paper, whose own shape is not on record; how much hangs on it is a case of the study."""

WIDE_LOG_SD = 0.8326
"""The same with a coefficient of variation of 1, as wide as an exponential."""

APPLICANTS = 24

P10_SCORE = 1.2815515655446004
"""How many standard deviations the 10 % quantile lies below the median."""


class Material(StrEnum):
    """What is in the box, as far as a queue by class could know."""

    FRESH = "fresh"
    DAY = "day"
    CRYO = "cryo"


@dataclass(frozen=True, slots=True)
class Mix:
    """Shares of the materials; slack on arrival is uniform between the hours given beside them."""

    fresh: float = 0.5
    day: float = 0.3
    cryo: float = 0.2


SLACK_H = {Material.FRESH: (0.5, 6.0), Material.DAY: (4.0, 24.0), Material.CRYO: (24.0, 120.0)}


@dataclass(frozen=True, slots=True)
class Job:
    """One shipment that stands ready; all times in minutes.

    `latest` is the true latest start, `believed` the one the queue goes by, `hoped` the likely
    one. `heeded`: whether people follow the proposal to set this one aside, if it is made.
    """

    number: int
    arrival: float
    inspection: float
    latest: float
    believed: float
    hoped: float
    material: Material
    applicant: int
    heeded: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """What a run of arrivals is drawn from; `error` is the log-sd of the slack as it is known,
    `log_sd` that of the inspections.

    `cautious`: the queue goes by the P10 of what it knows, as the product does, not by the P50.
    """

    load: float
    bays: int = 2
    days: float = 20.0
    log_sd: float = INSPECTION_LOG_SD
    error: float = 0.0
    cautious: bool = False
    heeded: float = 1.0
    mix: Mix = Mix()


def draw(season: Season, seed: int) -> list[Job]:
    """The arrivals of a season: the same for the same seed, whatever the error or who heeds."""
    lots = Random(seed)
    gap = INSPECTION_MEAN_MIN / (season.bays * season.load)
    jobs: list[Job] = []
    arrival = lots.expovariate(1.0 / gap)
    while arrival < season.days * DAY_MIN:
        jobs.append(_job(lots, season, len(jobs), arrival))
        arrival += lots.expovariate(1.0 / gap)
    return jobs


def _job(lots: Random, season: Season, number: int, arrival: float) -> Job:
    material = _material(lots.random(), season.mix)
    slack = 60.0 * lots.uniform(*SLACK_H[material])
    location = log(INSPECTION_MEAN_MIN) - season.log_sd**2 / 2
    known = slack * exp(season.error * lots.gauss(0.0, 1.0))
    caution = exp(-P10_SCORE * season.error) if season.cautious else 1.0
    return Job(
        number=number,
        arrival=arrival,
        inspection=lots.lognormvariate(location, season.log_sd),
        latest=arrival + slack,
        believed=arrival + known * caution,
        hoped=arrival + known,
        material=material,
        applicant=_applicant(lots.random()),
        heeded=lots.random() < season.heeded,
    )


def _material(draw: float, mix: Mix) -> Material:
    if draw < mix.fresh:
        return Material.FRESH
    return Material.DAY if draw < mix.fresh + mix.day else Material.CRYO


def _applicant(draw: float) -> int:
    """Applicants of unequal size: the n-th sends 1/n as much as the first."""
    rest = draw * _HARMONIC
    for number in range(APPLICANTS):
        rest -= 1.0 / (number + 1)
        if rest < 0:
            return number
    return APPLICANTS - 1


_HARMONIC = sum(1.0 / (number + 1) for number in range(APPLICANTS))
