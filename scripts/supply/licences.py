"""Holds every package and browser file to licences that we may use, and lists them."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from boolean.boolean import Expression, Function  # type: ignore[import-untyped] # has no types
from license_expression import (  # type: ignore[import-untyped] # has no types
    ExpressionError,
    get_spdx_licensing,
)

from scripts.supply.locked import DEVELOP_LOCK, ROOT, RUN_LOCK, locked
from scripts.vendor import manifest

KNOWN = Path("scripts/supply/licences.toml")
_SPDX = get_spdx_licensing()

_HEAD = """\
# Licences

What the product is made of, and under which licence each part is. Written by `make generate` from
the lock files, `scripts/supply/licences.toml` and the manifest of browser files; do not edit by
hand. Versions and hashes: `make bom`, which writes the same list for machines.

`make check` fails when a part has no licence here, when a licence is not among those that we may
use, and when an installed package says something else than this page. Of `A OR B` one must be
usable, of `A AND B` both.
"""


def document(root: Path) -> dict[str, dict[str, str]]:
    """Licences that we may use with what they ask for, and the licence of each package."""
    return tomllib.loads((root / KNOWN).read_text(encoding="utf-8"))


def licence_problems(root: Path) -> Iterator[str]:
    """Parts whose licence is unknown, unusable, or other than the package itself says."""
    said = document(root)
    names = Counter(one.name for one in locked(root, DEVELOP_LOCK))
    for name in sorted(names):
        licence = said["packages"].get(name)
        if licence is None:
            yield f"{name}: licence unknown: read it, then write it in {KNOWN}"
        else:
            yield from (f"{name}: {problem}" for problem in _unusable(licence, said["usable"]))
            if names[name] == 1:
                yield from _contradiction(name, licence)
    for name in sorted(set(said["packages"]) - set(names)):
        yield f"{KNOWN}: {name} is in no lock file any more: take it out"
    for package, licence in sorted({(file.package, file.licence) for file in manifest()}):
        yield from (f"{package}: {problem}" for problem in _unusable(licence, said["usable"]))


def _unusable(licence: str, usable: dict[str, str]) -> Iterator[str]:
    try:
        expression = _SPDX.parse(licence, validate=True)
    except ExpressionError as error:
        yield f"{licence!r} is no SPDX expression: {error}"
        return
    if not _may_use(expression, usable):
        yield f"{licence} is not among the licences that we may use ({KNOWN})"


def _may_use(expression: Expression, usable: dict[str, str]) -> bool:
    if not isinstance(expression, Function):
        return str(expression) in usable
    holds = any if str(expression.operator).strip() == "OR" else all
    return holds(_may_use(each, usable) for each in expression.args)


def _contradiction(name: str, licence: str) -> Iterator[str]:
    """Only where it is installed and says it in the standard form."""
    try:
        stated = metadata(name).json.get("license_expression")
    except PackageNotFoundError:
        return
    if stated is not None and not _SPDX.is_equivalent(stated, licence):
        yield f"{name}: {KNOWN} says {licence}, the package says {stated}"


def licences_page() -> str:
    """The whole page."""
    said = document(ROOT)
    run = {one.name for one in locked(ROOT, RUN_LOCK)}
    develop = {one.name for one in locked(ROOT, DEVELOP_LOCK)} - run
    browser = {file.package: file.licence for file in manifest()}
    known = said["packages"]
    parts = [_HEAD]
    for title, rows in {
        "In the service": {name: known.get(name, "unknown") for name in run},
        "In the browser, served by us": browser,
        "For tests and checks only; no part of what is shipped": {
            name: known.get(name, "unknown") for name in develop
        },
        "Licences that we may use, and what they ask for": said["usable"],
    }.items():
        lines = [f"| {name} | {value} |" for name, value in sorted(rows.items())]
        first = "licence | what it asks for" if rows is said["usable"] else "part | licence"
        parts.append(f"## {title}\n\n| {first} |\n|---|---|\n" + "\n".join(lines) + "\n")
    return "\n".join(parts)
