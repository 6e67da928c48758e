"""Reads a lock file: each package with its version, its hashes and who wants it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUN_LOCK = "requirements.lock"
DEVELOP_LOCK = "requirements-dev.lock"
PRODUCT = "coldlane"

_ENTRY = re.compile(r"\n(?=[a-z0-9][a-z0-9._-]*==)")
_HEAD = re.compile(r"^([a-z0-9._-]+)==([^\s;]+)(?: ; ([^\\]+?))? \\")


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """One package; `wanted_by` are packages of the same lock, or the product itself."""

    name: str
    version: str
    marker: str | None
    hashes: tuple[str, ...]
    wanted_by: tuple[str, ...]


def locked(root: Path, file: str) -> list[Locked]:
    """Every entry; a package that Pythons have in several versions has several."""
    _, *entries = _ENTRY.split("\n" + (root / file).read_text(encoding="utf-8"))
    return [_read(entry) for entry in entries]


def _read(entry: str) -> Locked:
    head = _HEAD.match(entry)
    if head is None:
        raise ValueError(f"not an entry of a lock file: {entry[:60]!r}")
    name, version, marker = head.groups()
    return Locked(
        name=name,
        version=version,
        marker=marker,
        hashes=tuple(re.findall(r"--hash=sha256:([0-9a-f]{64})", entry)),
        wanted_by=_wanted_by(entry),
    )


def _wanted_by(entry: str) -> tuple[str, ...]:
    said = entry.partition("# via")[2]
    names = re.findall(r"^[ #]*([A-Za-z0-9._-]+)(?: \(.*\))?$", said, re.MULTILINE)
    return tuple(sorted(set(names)))
