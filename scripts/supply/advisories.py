"""Asks whether a locked package has a known hole, and says so when nobody could be asked."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from scripts.supply.locked import DEVELOP_LOCK, ROOT, Locked, locked

ALLOWED = Path("scripts/supply/advisories.toml")
DEMAND = "COLDLANE_ADVISORIES"
"""`demand`: where advisories cannot be asked for, the check fails."""
SOURCE = "COLDLANE_ADVISORIES_URL"
"""A database of advisories that answers as OSV does; empty: the package index's own."""

_ASKED_FIRST = "packaging"
_FIRST_ANSWER_S, _ALL_ANSWERS_S, _ONE_ANSWER_S = 30, 300, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """A known hole that we live with until a day, and why."""

    id: str
    reason: str
    until: date


@dataclass(slots=True, kw_only=True)
class Answer:
    """What was found, by package; `unasked` are packages that nobody knew anything about."""

    holes: dict[str, list[set[str]]] = field(default_factory=dict)
    asked: int = 0
    unasked: list[str] = field(default_factory=list)


def allowed(root: Path) -> list[Allowed]:
    """The dated list; an entry without a reason or a day is an error."""
    document = tomllib.loads((root / ALLOWED).read_text(encoding="utf-8"))
    return [Allowed(**entry) for entry in document.get("allowed", [])]


def read_answer(text: str) -> Answer:
    """What pip-audit wrote as JSON. Raises ValueError when that is no answer."""
    answer = Answer()
    for one in json.loads(text)["dependencies"]:
        if "skip_reason" in one:
            answer.unasked.append(one["name"])
            continue
        answer.asked += 1
        if one["vulns"]:
            answer.holes[one["name"]] = [{each["id"], *each["aliases"]} for each in one["vulns"]]
    return answer


def list_problems(entries: list[Allowed], today: date) -> Iterator[str]:
    """Entries that have had their day; they hold whether or not anybody can be asked."""
    for entry in entries:
        if entry.until < today:
            yield f"{ALLOWED}: {entry.id} was allowed until {entry.until}: mend it, or decide anew"
        if len(entry.reason) < 20:
            yield f"{ALLOWED}: {entry.id} has no reason that explains it"


def hole_problems(answer: Answer, entries: list[Allowed], today: date) -> Iterator[str]:
    """Known holes that nobody has allowed, and entries that nothing needs any more."""
    in_force = {entry.id for entry in entries if entry.until >= today}
    found: set[str] = set()
    for name, holes in answer.holes.items():
        for ids in holes:
            found |= ids
            if not ids & in_force:
                named = ", ".join(sorted(ids))
                yield f"{name}: {named}; `python -m scripts.lock --upgrade`, or {ALLOWED}"
    for entry in entries:
        if entry.id not in found:
            yield f"{ALLOWED}: {entry.id} is not found any more: take it out"


def ask(root: Path) -> Answer | str:
    """The answer for the whole lock, or why there is none.

    An index without advisories answers "not found" for each package, and pip-audit then ends
    well, having looked at nothing; so one package that is surely known is asked for first.
    """
    every = locked(root, DEVELOP_LOCK)
    first = _run([one for one in every if one.name == _ASKED_FIRST], _FIRST_ANSWER_S)
    if isinstance(first, str) or not first.asked:
        return first if isinstance(first, str) else "the package index has no advisories"
    return _run(every, _ALL_ANSWERS_S)


def _run(packages: list[Locked], limit_s: int) -> Answer | str:
    with tempfile.TemporaryDirectory(prefix="coldlane-advisories-") as folder:
        requirements = Path(folder) / "requirements.txt"
        requirements.write_text("\n".join(map(_line, packages)), encoding="utf-8")
        command = [sys.executable, "-m", "pip_audit", "--requirement", str(requirements)]
        command += ["--disable-pip", "--no-deps", "--format", "json", "--progress-spinner", "off"]
        command += ["--timeout", str(_ONE_ANSWER_S), *_source(folder)]
        try:
            ended = subprocess.run(
                command, capture_output=True, text=True, check=False, timeout=limit_s
            )
        except subprocess.TimeoutExpired:
            return f"no answer within {limit_s} s"
    try:
        return read_answer(ended.stdout)
    except (ValueError, KeyError):
        said = ended.stderr.strip().splitlines()
        return said[-1][:160] if said else "pip-audit said nothing"


def _line(one: Locked) -> str:
    return f"{one.name}=={one.version}" + (f" ; {one.marker}" if one.marker else "")


def _source(folder: str) -> list[str]:
    """Another source has a cache of its own for this run: it must not answer from another's."""
    address = os.environ.get(SOURCE)
    if not address:
        return []
    return ["--vulnerability-service", "osv", "--osv-url", address, "--cache-dir", folder]


def advisory_problems(root: Path, *, demanded: bool | None = None) -> Iterator[str]:
    """What is wrong; says on the terminal when it could not look."""
    if demanded is None:
        demanded = os.environ.get(DEMAND) == "demand"
    today = datetime.now(UTC).date()
    entries = allowed(root)
    yield from list_problems(entries, today)
    answer = ask(root)
    if isinstance(answer, Answer):
        print(f"    {answer.asked} packages asked for; unknown there: {len(answer.unasked)}")
        yield from hole_problems(answer, entries, today)
    elif demanded:
        yield f"advisories were demanded and could not be asked for: {answer}"
    else:
        print(f"!!! ADVISORIES WERE NOT LOOKED AT: {answer}")
        print(f"    {DEMAND}=demand makes this a failure; {SOURCE} names another source")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--demand", action="store_true", help="fail when nobody can be asked")
    demanded = parser.parse_args().demand or None
    problems = list(advisory_problems(ROOT, demanded=demanded))
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
