"""docs/reference/security-statements.md and the tests say the same about every statement."""

import re
import subprocess

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
    assert [name for name, text in signing.items() if "await prove_signer(act" not in text] == []


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


def test_every_test_that_the_threat_model_names_exists(
    pytestconfig: pytest.Config, tests: set[str]
) -> None:
    page = (pytestconfig.rootpath / "docs/explanation/threat-model.md").read_text()
    named = set(re.findall(r"`(test_\w+)`", page))
    assert len(named) > 40
    assert sorted(named - tests) == []


def test_s51_scripts_of_ours_put_text_and_never_markup(pytestconfig: pytest.Config) -> None:
    """What a device or a person wrote reaches a page by `textContent`: no script makes markup."""
    makes_markup = re.compile(
        r"(inner|outer)HTML\s*\+?=(?!=)|insertAdjacentHTML|document\.write|\beval\(|new Function"
        r"|createContextualFragment|setHTMLUnsafe|srcdoc|DOMParser|javascript:"
    )
    scripts = sorted((pytestconfig.rootpath / "services/api/static/js").glob("*.js"))
    assert len(scripts) > 50
    assert [one.name for one in scripts if makes_markup.search(one.read_text())] == []


def test_s51_templates_escape_what_they_are_given(pytestconfig: pytest.Config) -> None:
    trusting = re.compile(r"\|\s*safe|autoescape\s+false|Markup\(")
    templates = sorted((pytestconfig.rootpath / "services/api/templates").glob("*.html"))
    assert len(templates) > 15
    assert [one.name for one in templates if trusting.search(one.read_text())] == []
    source = (pytestconfig.rootpath / "services/api/pagefiles.py").read_text()
    assert 'autoescape=select_autoescape(["html"])' in source


def test_s80_no_secret_is_committed(pytestconfig: pytest.Config) -> None:
    """In the forms that ours have: private keys, keys of the API, of webhooks, in addresses."""
    forms = {
        "private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----\n[A-Za-z0-9+/=]{40}",
        "key of the API": r"\bcl_[a-z2-7]{8}_[A-Za-z0-9_-]{43}\b",
        "key of a webhook": r"\bwhsec_[A-Za-z0-9+/]{42,}",
        "token of a platform": r"\b(gh[pousr]_[A-Za-z0-9]{36}|AKIA[A-Z0-9]{16}|xox[bp]-[0-9]{8,})",
    }
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=pytestconfig.rootpath, capture_output=True, check=True
    )
    files = [pytestconfig.rootpath / name for name in listed.stdout.decode().split("\0") if name]
    texts = {one: one.read_text(errors="replace") for one in files if one.is_file()}
    found = [
        f"{one.name}: {what}"
        for one, text in texts.items()
        for what, form in forms.items()
        if re.search(form, text)
    ]
    assert len(files) > 500
    assert found == []
