"""What the product is made of: licences, known holes by a dated list, the list of parts."""

import json
import tomllib
from datetime import date
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from scripts.supply.advisories import (
    Allowed,
    allowed,
    hole_problems,
    list_problems,
    read_answer,
)
from scripts.supply.bom import bom_text
from scripts.supply.licences import KNOWN, document, licence_problems
from scripts.supply.locked import DEVELOP_LOCK, RUN_LOCK, locked
from scripts.vendor import manifest

TODAY = date(2026, 11, 26)
REASON = "only in the XML reader, which nothing of ours calls"
FOUND = json.dumps(
    {
        "dependencies": [
            {"name": "starlette", "version": "1.0", "vulns": []},
            {
                "name": "pyjwt",
                "version": "2.12",
                "vulns": [{"id": "PYSEC-1", "aliases": ["CVE-1", "GHSA-1"], "fix_versions": []}],
            },
            {"name": "ours", "skip_reason": "not found"},
        ],
        "fixes": [],
    }
)


@pytest.fixture
def root(pytestconfig: pytest.Config) -> Path:
    return pytestconfig.rootpath


def _entry(of: str = "CVE-1", until: date = TODAY, reason: str = REASON) -> Allowed:
    return Allowed(id=of, reason=reason, until=until)


def test_s81_known_hole_is_a_problem_unless_it_is_on_the_list_under_any_of_its_names() -> None:
    answer = read_answer(FOUND)
    assert (answer.asked, answer.unasked) == (2, ["ours"])
    (problem,) = hole_problems(answer, [], TODAY)
    assert problem.startswith("pyjwt: CVE-1, GHSA-1, PYSEC-1")
    for name in ("PYSEC-1", "CVE-1", "GHSA-1"):
        assert list(hole_problems(answer, [_entry(name)], TODAY)) == []


def test_s81_entry_of_the_list_has_a_reason_and_a_day_and_ends_with_it() -> None:
    yesterday = _entry(until=date(2026, 11, 25))
    assert list(list_problems([_entry()], TODAY)) == []
    (ended,) = list_problems([yesterday], TODAY)
    assert "CVE-1 was allowed until 2026-11-25" in ended
    assert len(list(hole_problems(read_answer(FOUND), [yesterday], TODAY))) == 1
    (without,) = list_problems([_entry(reason="later")], TODAY)
    assert "no reason" in without
    gone = hole_problems(read_answer(FOUND), [_entry(), _entry("CVE-9")], TODAY)
    assert ["CVE-9" in one for one in gone] == [True]


def test_s81_committed_list_is_read_whole(root: Path) -> None:
    assert list(list_problems(allowed(root), TODAY)) == []


def test_licence_that_is_unknown_unusable_or_no_licence_is_a_problem(
    root: Path, tmp_path: Path
) -> None:
    assert list(licence_problems(root)) == []
    text = (root / KNOWN).read_text(encoding="utf-8")
    for said, expected in {
        'fastapi = "AGPL-3.0-only"': "fastapi: AGPL-3.0-only is not among the licences",
        'fastapi = "MIT AND SSPL-1.0"': "fastapi: MIT AND SSPL-1.0 is not among the licences",
        'fastapi = "free, mostly"': "fastapi: 'free, mostly' is no SPDX expression",
        'fastapi = "BSD-3-Clause"': "says BSD-3-Clause, the package says MIT",
        "": "fastapi: licence unknown",
        'fastapi = "MIT"\ngone = "MIT"': "gone is in no lock file any more",
    }.items():
        (tmp_path / KNOWN).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / DEVELOP_LOCK).write_text((root / DEVELOP_LOCK).read_text(encoding="utf-8"))
        (tmp_path / KNOWN).write_text(text.replace('fastapi = "MIT"', said))
        assert any(expected in one for one in licence_problems(tmp_path)), said


def test_s81_list_of_parts_is_valid_whole_and_the_same_each_time(root: Path) -> None:
    text = bom_text(root)
    problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    assert problem is None, str(problem)[:500]
    assert text == bom_text(root)
    parts = {one["bom-ref"]: one for one in json.loads(text)["components"]}
    wanted = {f"pypi:{one.name}@{one.version}" for one in locked(root, RUN_LOCK)}
    wanted |= {f"npm:{file.package}@{file.version}" for file in manifest()}
    assert parts.keys() == wanted
    assert all(one["licenses"] for one in parts.values())
    psycopg = next(one for ref, one in parts.items() if ref.startswith("pypi:psycopg@"))
    hashes = {one["value"] for one in psycopg["properties"] if one["name"].endswith("sha256")}
    assert all(f"--hash=sha256:{one}" in (root / RUN_LOCK).read_text() for one in hashes)
    assert len(hashes) >= 2


def test_every_entry_of_a_lock_file_is_read(root: Path) -> None:
    for file in (RUN_LOCK, DEVELOP_LOCK):
        entries = locked(root, file)
        assert len(entries) == (root / file).read_text().count("==") - _markers(root / file)
        assert all(one.hashes and one.wanted_by for one in entries)
    chosen = tomllib.loads((root / "pyproject.toml").read_text())["project"]["dependencies"]
    direct = {one.name for one in locked(root, RUN_LOCK) if "coldlane" in one.wanted_by}
    assert len(direct) >= len(chosen) - 1  # psycopg[binary] is two packages
    assert document(root)["usable"].keys().isdisjoint({"AGPL-3.0-only", "GPL-3.0-only"})


def _markers(file: Path) -> int:
    lines = [line for line in file.read_text().splitlines() if " ; " in line]
    return sum(line.partition(" ; ")[2].count("==") for line in lines)
