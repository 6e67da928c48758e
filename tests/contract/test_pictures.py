"""Committed pictures are few, small and shown somewhere; names of the others can be told apart."""

from pathlib import Path

import pytest

from scripts.pictures.camera import View, wished
from scripts.pictures.chosen import CHOSEN, MOST_BYTES
from scripts.pictures.states import FILTERED
from services.api.menu import PAGES


@pytest.fixture
def pictures(pytestconfig: pytest.Config) -> Path:
    return pytestconfig.rootpath / "docs" / "pictures"


def test_every_committed_picture_is_small_and_some_page_shows_it(pictures: Path) -> None:
    root = pictures.parents[1]
    pages = [root / "README.md", *(root / "docs").rglob("*.md")]
    words = "".join(page.read_text(encoding="utf-8") for page in pages)
    kept = [one for one in pictures.iterdir() if one.is_file()]
    assert {one.name for one in CHOSEN} <= {one.name for one in kept}
    assert [one.name for one in kept if f"pictures/{one.name}" not in words] == []
    assert [one.name for one in kept if one.stat().st_size > MOST_BYTES] == []


def test_every_page_that_can_be_filtered_is_taken_filtered_to_nothing(
    pytestconfig: pytest.Config,
) -> None:
    scripts = pytestconfig.rootpath / "services" / "api" / "static" / "js"
    taken = {path.partition("?")[0] for path in FILTERED}
    for plan in (one for one in PAGES if "{" not in one.path):
        script = scripts / plan.template.replace("_", "-").replace(".html", ".js")
        if script.exists() and ".filtered(" in script.read_text(encoding="utf-8"):
            assert plan.path in taken, plan.path


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/live", "live-desk"),
        ("/live?wall", "live-wall-desk"),
        ("/live?q=CT-1", "live-desk"),
        ("/shipments/0b5f6f2c-7d1a-4c55-9f0e-2f6b0f5f9a11", "shipments-one-desk"),
        ("/docs/list_shipments", "docs-list_shipments-desk"),
        ("/sign-in#link=abc", "sign-in-desk"),
    ],
)
def test_a_picture_is_named_after_its_page(path: str, title: str) -> None:
    assert View(path=path).title == title


def test_a_look_is_wished_for_before_what_the_server_does_not_see() -> None:
    assert wished("/sign-in#link=x", "zh", "dark") == "/sign-in?lang=zh&theme=dark#link=x"
    assert wished("/live?q=a", "en", "light") == "/live?q=a&lang=en&theme=light"
