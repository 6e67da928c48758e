"""Scenario files: what a fleet does, as TOML, read strictly and refused in words that help."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from importlib import resources
from pathlib import Path
from typing import get_args

import msgspec

from services.core.domain.errors import Invalid, NotFound
from simulators.faults.kinds import NATURES
from simulators.lanes import CUSTOMS, LANES
from simulators.places import PLACES
from simulators.stories import IN_PAIRS, Story
from simulators.tables import (
    BayClass,
    Container,
    FailureKind,
    FaultTable,
    GroupTable,
    ProbePlace,
    Scenario,
)

_CHOICES: dict[str, Iterable[str]] = {
    "story": get_args(Story),
    "container": get_args(Container),
    "probe": get_args(ProbePlace),
    "bay_class": get_args(BayClass),
    "kind": (*NATURES, *get_args(FailureKind)),
}


def load_scenario(name_or_path: str) -> Scenario:
    """A shipped scenario by its name, or a file by its path; raises NotFound or Invalid."""
    shipped = resources.files("simulators") / "scenarios" / f"{name_or_path}.toml"
    path = Path(name_or_path)
    if re.fullmatch(r"[a-z0-9-]+", name_or_path) and shipped.is_file():
        return parse_scenario(shipped.read_text("utf-8"), name_or_path)
    if not path.is_file():
        raise NotFound(
            f"there is no scenario {name_or_path!r}",
            field="scenario",
            remedy=f"give a file, or one of: {', '.join(shipped_scenarios())}",
        )
    return parse_scenario(path.read_text("utf-8"), str(path))


def shipped_scenarios() -> list[str]:
    """Names of the scenarios that come along."""
    folder = resources.files("simulators") / "scenarios"
    return sorted(entry.name[:-5] for entry in folder.iterdir() if entry.name.endswith(".toml"))


def parse_scenario(text: str, source: str) -> Scenario:
    """Read and check the text of a scenario; `source` names it in the error."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Invalid(
            f"{source}: not TOML: {error}", field=source, remedy="correct the line it names"
        ) from None
    try:
        scenario = msgspec.convert(document, Scenario)
    except msgspec.ValidationError as error:
        what, _, path = str(error).partition(" - at `$")
        path = path.rstrip("`").lstrip(".")
        raise _refused(text, source, path, what) from None
    for path, what, remedy in _contradictions(scenario):
        raise _refused(text, source, path, what, remedy)
    return scenario


def _contradictions(scenario: Scenario) -> Iterator[tuple[str, str, str]]:
    """What each field allows and the file as a whole does not: path, fault, remedy."""
    for name in ("history_s", "live_s", "alert_s"):
        if getattr(scenario.sampling, name) % scenario.step_s:
            remedy = f"use a multiple of step_s = {scenario.step_s}"
            yield f"sampling.{name}", "boxes measure on whole steps only", remedy
    for index, site in enumerate(scenario.sites):
        if site.site_id not in PLACES:
            yield f"sites[{index}].site_id", "unknown place", _one_of(PLACES)
    for index, cut in enumerate(scenario.power_cuts):
        if cut.site not in PLACES:
            yield f"power_cuts[{index}].site", "unknown place", _one_of(PLACES)
    for index, group in enumerate(scenario.groups):
        if group.lane not in LANES:
            fault = f"there is no lane {group.lane!r}"
            yield f"groups[{index}].lane", fault, _one_of(LANES)
            continue
        for name, fault, remedy in _group_contradictions(scenario, group):
            yield f"groups[{index}].{name}", fault, remedy


def _group_contradictions(scenario: Scenario, group: GroupTable) -> Iterator[tuple[str, str, str]]:
    steps = [step.name for step in group.way.steps]
    sites = [site.site_id for site in scenario.sites]
    if group.step not in steps:
        yield "step", f"the lane has no step {group.step!r}", _one_of(steps)
    if group.profile not in scenario.profiles:
        yield "profile", f"no [profiles.{group.profile}]", _one_of(scenario.profiles)
    if group.site not in sites or not _can_inspect(group):
        yield "site", "the lane has no customs stay there", _one_of(sites)
    if group.failure and group.container != "dry_shipper":
        yield "failure", "only a dry shipper has a vacuum", 'use container = "dry_shipper"'
    yield from _story_contradictions(group)
    for index, fault in enumerate(group.faults):
        for name, what, remedy in _fault_contradictions(group, fault):
            yield f"faults[{index}].{name}", what, remedy


def _story_contradictions(group: GroupTable) -> Iterator[tuple[str, str, str]]:
    if (group.container == "room") is not group.lane.endswith("-STORE"):
        yield "container", "a cold store's logger stays there", 'use "room" with a -STORE lane'
    if group.story in IN_PAIRS and group.count % 2:
        yield "count", f"boxes are {group.story} two by two", "give an even number"
    former = LANES.get(group.former_lane or "")
    if group.story != "reused" and group.former_lane:
        yield "former_lane", "the box had no journey before", 'use story = "reused"'
    elif group.story == "reused" and former is None:
        yield "story", "no former_lane that the box came from", "give former_lane"
    elif former and former.steps[-1].to != LANES[group.lane].steps[0].at:
        yield "former_lane", "it ends where the next does not begin", "use a lane that ends there"


def _fault_contradictions(group: GroupTable, fault: FaultTable) -> Iterator[tuple[str, str, str]]:
    nature = NATURES[fault.kind]
    instants = ["now", "journey", *(step.name for step in group.way.steps)]
    if fault.since not in instants:
        yield "since", f"no instant {fault.since!r} on the lane", _one_of(instants)
    if fault.to_s is not None and fault.to_s <= fault.from_s:
        yield "to_s", "the fault ends before it begins", "raise to_s above from_s"
    if fault.rate is not None and not nature.rateable:
        yield "rate", f"{fault.kind} does not come by chance", "give from_s and to_s alone"
    if fault.value is not None and not nature.value_means:
        yield "value", f"{fault.kind} has no value", "leave it out"
    if fault.kind == "coolant_failure" and not 0 < (fault.value or 0.5) <= 0.95:
        yield "value", "more than there may be lost", "give a share above 0 and up to 0.95"
    if fault.which and max(fault.which) > group.count:
        yield "which", f"the group has {group.count} boxes", f"use numbers up to {group.count}"


def _can_inspect(group: GroupTable) -> bool:
    lane = LANES[group.lane]
    customs = next(step.at for step in lane.steps if step.name == CUSTOMS)
    return group.site == customs or any(step.mode and step.to == group.site for step in lane.steps)


def _one_of(names: Iterable[str]) -> str:
    return f"use one of: {', '.join(sorted(names))}"


def _refused(text: str, source: str, path: str, what: str, remedy: str | None = None) -> Invalid:
    line = _line_of(text, path)
    where = f"{source}:{line}" if line else source
    if remedy is None and "enum" in what:
        remedy = _one_of(_CHOICES.get(path.rsplit(".", 1)[-1], ()))
    return Invalid(
        f"{where}: {path or 'the file'}: {what[:1].lower()}{what[1:]}",
        field=path or None,
        remedy=remedy or "docs/reference/scenarios.md says what each table may hold",
    )


def _line_of(text: str, path: str) -> int | None:
    """The line of a path such as `groups[2].lane`; of its nearest table when the key is absent."""
    best, line_no, lines = None, 0, text.splitlines()
    parts = [part for part in re.split(r"\.|(\[\d+\])", path) if part]
    prefix = ""
    for part in parts:
        if part.startswith("["):
            header, skip = rf"\s*\[\[{re.escape(prefix)}\]\]", int(part[1:-1])
        else:
            prefix = f"{prefix}.{part}".lstrip(".")
            header, skip = rf"\s*(\[+{re.escape(prefix)}\]|{re.escape(part)}\s*=)", 0
        hits = [n for n in range(line_no, len(lines)) if re.match(header, lines[n])]
        if len(hits) <= skip:
            break
        line_no = hits[skip]
        best = line_no + 1
    return best
