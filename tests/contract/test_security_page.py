"""docs/reference/security-statements.md and the tests say the same about every statement."""

import re

import pytest

STATEMENTS = [
    *range(1, 15),
    *range(20, 35),
    *range(40, 47),
    *range(50, 55),
    *range(60, 68),
    *range(70, 77),
    *range(80, 87),
]


@pytest.fixture
def rows(pytestconfig: pytest.Config) -> dict[int, str]:
    page = (pytestconfig.rootpath / "docs/reference/security-statements.md").read_text()
    return {int(n): rest for n, rest in re.findall(r"^\| S(\d+) \| (.*) \|$", page, re.MULTILINE)}


@pytest.fixture
def tests(pytestconfig: pytest.Config) -> set[str]:
    files = (pytestconfig.rootpath / "tests").rglob("test_*.py")
    found = (re.findall(r"^(?:async )?def (test_\w+)", file.read_text(), re.M) for file in files)
    return {name for names in found for name in names}


def test_s33_whatever_signs_asks_for_a_fresh_proof(pytestconfig: pytest.Config) -> None:
    acts = (pytestconfig.rootpath / "services/api/acts").glob("*.py")
    signing = {file.name: file.read_text() for file in acts if "await sign(" in file.read_text()}
    assert len(signing) >= 2
    assert [name for name, text in signing.items() if "await prove_signer(act)" not in text] == []


def test_each_statement_has_a_row(rows: dict[int, str]) -> None:
    assert list(rows) == STATEMENTS


def test_each_row_names_a_test_or_the_reason_or_says_that_it_is_open(
    rows: dict[int, str], tests: set[str]
) -> None:
    for number, row in rows.items():
        named = set(re.findall(r"`(test_\w+)`", row))
        assert named <= tests, f"S{number} names a test that is not there"
        assert named or "not here:" in row or "| open" in row, f"S{number} has nothing to show"


def test_each_test_of_a_statement_stands_in_its_row(rows: dict[int, str], tests: set[str]) -> None:
    for name in sorted(tests):
        for number in map(int, re.findall(r"(?<=_)s(\d+)(?=_)", name)):
            assert f"`{name}`" in rows[number], f"the row of S{number} does not name {name}"
