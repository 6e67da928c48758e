"""What the fold remembers of a journey: small, exact, and the same however it was reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from services.core.domain.units import Microseconds
from services.core.domain.viability.profile import Side
from services.core.domain.viability.sample import Sample
from services.core.domain.viability.trend import Trend

EMPTY_CHAIN = bytes(32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A limit beyond the label, and the instant it was passed."""

    limit: str
    at_us: Microseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """An excursion that is over: from leaving the label to being back inside for good.

    `out_us` is the time beyond the label in it, to the microsecond.
    """

    side: Side
    start_us: Microseconds
    inside_us: Microseconds
    returned_us: Microseconds
    peak_c: float
    breaches: tuple[Breach, ...] = ()
    out_us: Microseconds = 0


@dataclass(slots=True)
class SideState:
    """One side of the label: whether the temperature is out there, since when, how far."""

    start_us: Microseconds | None = None
    inside_us: Microseconds | None = None
    peak_c: float = 0.0
    breaches: tuple[Breach, ...] = ()
    out_us: Microseconds = 0

    def reset(self) -> None:
        """Back inside the label, with nothing pending."""
        self.start_us, self.inside_us, self.peak_c, self.breaches = None, None, 0.0, ()
        self.out_us = 0


@dataclass(slots=True)
class Tally:
    """Time beyond one threshold: in all, in the stay that is open, in the longest stay.

    The `worst_` fields follow the worst case of gaps. `crossings` counts the stays.
    """

    total_us: Microseconds = 0
    run_us: Microseconds = 0
    longest_us: Microseconds = 0
    worst_total_us: Microseconds = 0
    worst_run_us: Microseconds = 0
    worst_longest_us: Microseconds = 0
    crossings: int = 0
    is_open: bool = False


@dataclass(slots=True)
class Flicker:
    """How the values of a probe differ: steps, equal pairs, and the row of equals that is open."""

    since_us: Microseconds = 0
    run: int = 0
    equal: int = 0
    steps: int = 0
    reversals: int = 0
    sum_k: float = 0.0
    least_k: float = 0.0
    last_k: float = 0.0


@dataclass(slots=True)
class JourneyState:
    """The checkpoint of one payload. Mutable for speed; only the fold changes it.

    `at_*` is the last measured reading inside the judged window: `at_c` as the product has it,
    `air_c` as it was measured; `moved_us` is the first of those in another box, or beside
    another payload; `joined` are the instants at which one was put beside it. `last` is the
    last measured one anywhere, `fix` the last with a position. `worst_broken` names limits that
    a gap's worst case passed. `logs` holds the highest sequence folded of each box and boot.
    `chain` is the running digest of the inputs. `age_us` and `container_us` are integrals of
    rates; their `worst_` twins follow gaps at their worst.
    `calibrations` is the digest of the records that were applied, `run_out` says since when a
    probe was judged by one that had run out. `lids` are openings of the lid that are over.
    `back_from` says whether it comes back from too warm (1) or too cold (−1), until that has ended.
    `leapt` is a reading held back until a second one agrees, `spikes` counts those without one.
    """

    profile_digest: str = ""
    calibrations: str = ""
    from_us: Microseconds = 0
    until_us: Microseconds = 0
    charged_us: Microseconds = 0
    at_us: Microseconds | None = None
    at_c: float = 0.0
    at_box: str = ""
    moved_us: Microseconds | None = None
    joined: list[Microseconds] = field(default_factory=list)
    air_c: float = 0.0
    back_from: int = 0
    first_us: Microseconds | None = None
    heard_us: Microseconds | None = None
    received_us: Microseconds = 0
    radio_off_us: Microseconds | None = None
    unknown_us: Microseconds = 0
    longest_gap_us: Microseconds = 0
    out_us: Microseconds = 0
    worst_extra_out_us: Microseconds = 0
    min_c: float | None = None
    max_c: float | None = None
    age_us: float = 0.0
    worst_age_us: float = 0.0
    container_at_us: Microseconds | None = None
    container_us: float = 0.0
    worst_container_us: float = 0.0
    container_from_us: Microseconds | None = None
    container_box: str = ""
    container_known: bool = False
    tilt_deg: float | None = None
    ambient_c: float | None = None
    tilt_since_us: Microseconds | None = None
    tilt_at_us: Microseconds = 0
    tilted_us: Microseconds = 0
    measured: int = 0
    faults: int = 0
    spikes: int = 0
    leapt: tuple[Microseconds, float] | None = None
    clock_suspect: bool = False
    chain: bytes = EMPTY_CHAIN
    chain_box: str = ""
    chain_boot: str = ""
    preview_until_us: Microseconds = 0
    high: SideState = field(default_factory=SideState)
    low: SideState = field(default_factory=SideState)
    trend: Trend = field(default_factory=Trend)
    fast_trend: Trend = field(default_factory=Trend)
    episodes: list[Episode] = field(default_factory=list)
    broken: dict[str, Microseconds] = field(default_factory=dict)
    worst_broken: dict[str, Microseconds] = field(default_factory=dict)
    flicker: Flicker = field(default_factory=Flicker)
    tallies: dict[str, Tally] = field(default_factory=dict)
    kinetic: list[tuple[int, float, Microseconds]] = field(default_factory=list)
    preview: list[tuple[Microseconds, float]] = field(default_factory=list)
    logs: dict[str, int] = field(default_factory=dict)
    run_out: dict[str, Microseconds] = field(default_factory=dict)
    last: Sample | None = None
    fix: Sample | None = None
    battery_pct: float | None = None
    lid_since_us: Microseconds | None = None
    lids: list[tuple[Microseconds, Microseconds]] = field(default_factory=list)
    shocks: list[Microseconds] = field(default_factory=list)

    def side(self, side: Side) -> SideState:
        return self.high if side is Side.HIGH else self.low

    def to_document(self) -> dict[str, Any]:
        """The state as JSON; equal states give equal documents."""
        document: dict[str, Any] = {name: getattr(self, name) for name in _PLAIN}
        document["chain"] = self.chain.hex()
        document["leapt"] = None if self.leapt is None else list(self.leapt)
        document["high"], document["low"] = _side_out(self.high), _side_out(self.low)
        for name in ("trend", "fast_trend"):
            document[name] = [getattr(getattr(self, name), part) for part in _TREND]
        document["episodes"] = [_episode_out(episode) for episode in self.episodes]
        document["preview"] = [[us, temp_c] for us, temp_c in self.preview]
        document["kinetic"] = [list(bucket) for bucket in self.kinetic]
        document["flicker"] = [getattr(self.flicker, part) for part in _FLICKER]
        document["tallies"] = {
            key: [getattr(tally, part) for part in _TALLY] for key, tally in self.tallies.items()
        }
        for name in ("last", "fix"):
            sample = getattr(self, name)
            document[name] = None if sample is None else list(sample)
        return document

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> JourneyState:
        """Read a stored checkpoint. Raises KeyError or TypeError on one of another model."""
        state = cls(**{name: document[name] for name in _PLAIN})
        state.chain = bytes.fromhex(document["chain"])
        state.broken, state.worst_broken = dict(state.broken), dict(state.worst_broken)
        state.logs, state.run_out = dict(state.logs), dict(state.run_out)
        state.lids = [(begin, end) for begin, end in state.lids]
        state.shocks, state.joined = list(state.shocks), list(state.joined)
        state.leapt = tuple(document["leapt"]) if document["leapt"] else None
        state.high, state.low = _side_in(document["high"]), _side_in(document["low"])
        state.trend, state.fast_trend = Trend(*document["trend"]), Trend(*document["fast_trend"])
        state.episodes = [_episode_in(raw) for raw in document["episodes"]]
        state.preview = [(us, temp_c) for us, temp_c in document["preview"]]
        state.kinetic = [(hour, total, us) for hour, total, us in document["kinetic"]]
        state.flicker = Flicker(*document["flicker"])
        state.tallies = {key: Tally(*raw) for key, raw in document["tallies"].items()}
        state.last = Sample(*document["last"]) if document["last"] else None
        state.fix = Sample(*document["fix"]) if document["fix"] else None
        return state

    def copy(self) -> JourneyState:
        """A state that can be folded on without changing this one."""
        return JourneyState.from_document(self.to_document())


_NESTED = frozenset(
    {"chain", "high", "low", "trend", "fast_trend", "episodes", "preview", "last",
     "fix", "tallies", "kinetic", "flicker", "leapt"}
)  # fmt: skip
_PLAIN = tuple(f.name for f in fields(JourneyState) if f.name not in _NESTED)
_TREND = tuple(f.name for f in fields(Trend))
_TALLY = tuple(f.name for f in fields(Tally))
_FLICKER = tuple(f.name for f in fields(Flicker))


def _breaches_out(breaches: tuple[Breach, ...]) -> list[list[Any]]:
    return [[breach.limit, breach.at_us] for breach in breaches]


def _breaches_in(raw: list[list[Any]]) -> tuple[Breach, ...]:
    return tuple(Breach(limit=limit, at_us=at_us) for limit, at_us in raw)


def _side_out(side: SideState) -> list[Any]:
    return [side.start_us, side.inside_us, side.peak_c, _breaches_out(side.breaches), side.out_us]


def _side_in(raw: list[Any]) -> SideState:
    return SideState(raw[0], raw[1], raw[2], _breaches_in(raw[3]), raw[4])


def _episode_out(episode: Episode) -> list[Any]:
    return [
        episode.side.value,
        episode.start_us,
        episode.inside_us,
        episode.returned_us,
        episode.peak_c,
        _breaches_out(episode.breaches),
        episode.out_us,
    ]


def _episode_in(raw: list[Any]) -> Episode:
    return Episode(
        side=Side(raw[0]),
        start_us=raw[1],
        inside_us=raw[2],
        returned_us=raw[3],
        peak_c=raw[4],
        breaches=_breaches_in(raw[5]),
        out_us=raw[6],
    )
