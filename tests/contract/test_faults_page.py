"""docs/reference/faults.md and the tests say the same about every fault."""

import re
from pathlib import Path

import pytest

TRANSPORT, DATABASE, JUDGING, TIME = range(1, 26), range(30, 47), range(50, 68), range(70, 77)
ASKS_THE_TIME = re.compile(
    r"\bnow\(\)|current_timestamp|clock_timestamp|localtimestamp|(statement|transaction)_timestamp",
    re.IGNORECASE,
)
COMPARES_CLOCKS = "survey.py"


def _rows(root: Path) -> dict[int, str]:
    page = (root / "docs" / "reference" / "faults.md").read_text()
    return {int(n): rest for n, rest in re.findall(r"^\| F(\d+) \| (.*) \|$", page, re.MULTILINE)}


def _tests(root: Path) -> set[str]:
    files = (root / "tests").rglob("test_*.py")
    found = (re.findall(r"^(?:async )?def (test_\w+)", file.read_text(), re.M) for file in files)
    return {name for names in found for name in names}


def test_each_fault_has_a_row(pytestconfig: pytest.Config) -> None:
    assert sorted(_rows(pytestconfig.rootpath)) == [*TRANSPORT, *DATABASE, *JUDGING, *TIME]


def test_each_row_names_a_test_or_the_reason_why_there_is_none(
    pytestconfig: pytest.Config,
) -> None:
    known = _tests(pytestconfig.rootpath)
    golden = pytestconfig.rootpath / "tests" / "golden" / "assessments"
    for number, row in _rows(pytestconfig.rootpath).items():
        named = re.findall(r"`(test_\w+)`", row)
        assert set(named) <= known, f"F{number} names a test that is not there"
        for name in re.findall(r"`([a-z]+(?:_[a-z]+)*)`", row):
            if name not in named and "Golden:" in row:
                assert (golden / f"{name}.toml").exists(), f"F{number} names no journey: {name}"
        assert named or "not here:" in row, f"F{number} has neither test nor reason"


def test_each_test_of_a_fault_stands_in_its_row(pytestconfig: pytest.Config) -> None:
    rows = _rows(pytestconfig.rootpath)
    for name in sorted(_tests(pytestconfig.rootpath)):
        for number in map(int, re.findall(r"(?<=_)f(\d\d)(?=_)", name)):
            # Those of pages and processes are not on this page.
            row = rows.get(number, f"`{name}`")
            assert f"`{name}`" in row, f"the row of F{number} does not name {name}"


def test_f45_no_statement_asks_the_database_for_the_time(pytestconfig: pytest.Config) -> None:
    """A step of its clock moves no deadline; doctor reads it to compare, and the audit trail to
    say when an entry took its place (S65)."""
    storage = pytestconfig.rootpath / "services" / "core" / "storage"
    asking = {
        file.name
        for file in storage.rglob("*")
        if file.suffix in {".py", ".sql"}
        and any(
            ASKS_THE_TIME.search(line)
            for line in file.read_text().splitlines()
            if "clock.now()" not in line
        )
    }
    trail = {name for name in asking if name.endswith("audit_chain.py")}
    assert asking - trail == {COMPARES_CLOCKS}
