"""Pages of the documentation lead to each other, and decisions can be told by their numbers."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FENCED = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
_DECISION = re.compile(r"\d{4}-[a-z0-9-]+\.md")


@pytest.fixture
def decisions(pytestconfig: pytest.Config) -> list[Path]:
    found = sorted((pytestconfig.rootpath / "docs" / "adr").glob("[0-9]*.md"))
    assert len(found) > 20
    return found


def _pages(root: Path) -> list[Path]:
    return [*root.glob("*.md"), *root.glob("docs/**/*.md"), *root.glob("deploy/**/*.md")]


def _prose(page: Path) -> str:
    return _FENCED.sub("", page.read_text())


def _anchors(page: Path) -> set[str]:
    """The headings as links name them."""
    headings = _HEADING.findall(_prose(page))
    return {re.sub(r"[^\w\- ]", "", one.lower()).strip().replace(" ", "-") for one in headings}


def _dead_links(page: Path) -> Iterator[str]:
    for link in _LINK.findall(_prose(page)):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            yield link


def test_every_link_between_pages_leads_somewhere(pytestconfig: pytest.Config) -> None:
    pages = _pages(pytestconfig.rootpath)
    assert len(pages) > 50
    dead = {page.name: links for page in pages if (links := list(_dead_links(page)))}
    assert dead == {}


def test_every_page_stands_in_the_list_of_its_folder(pytestconfig: pytest.Config) -> None:
    for folder in ("how-to", "adr"):
        home = pytestconfig.rootpath / "docs" / folder
        listed = set(_LINK.findall((home / "README.md").read_text()))
        pages = {page.name for page in home.glob("*.md")} - {"README.md"}
        assert pages - listed == set(), folder


def test_every_decision_has_a_number_of_its_own_and_says_it(decisions: list[Path]) -> None:
    numbers = [page.name[:4] for page in decisions]
    assert [number for number in numbers if numbers.count(number) > 1] == []
    assert [page.name for page in decisions if not _DECISION.fullmatch(page.name)] == []
    wrong = [one.name for one in decisions if not one.read_text().startswith(f"# {one.name[:4]} ")]
    assert wrong == []


def test_every_decision_is_listed_by_its_number_and_in_order(
    decisions: list[Path], pytestconfig: pytest.Config
) -> None:
    page = (pytestconfig.rootpath / "docs" / "adr" / "README.md").read_text()
    rows = re.findall(r"^\| \[(\d{4})\]\(([^)]+)\)", page, re.MULTILINE)
    assert rows == [(one.name[:4], one.name) for one in decisions]
