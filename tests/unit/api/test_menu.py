"""The table of pages: rules that exist, letters that are free, addresses that are reached."""

import re
from collections import Counter
from pathlib import Path

from services.api.menu import PAGES, SHELL_TEXTS, allowed, menu_for
from services.api.modules import later_of, modules_of
from services.api.rules import RULES
from services.core.domain.governance.access import Role
from services.core.runtime.catalogue import catalogue

SCRIPTS = Path(__file__).parents[3] / "services/api/static/js"
KEY = re.compile(r'"([a-z_]+\.[\w.]+)"')


def test_every_page_stands_under_a_rule_and_has_a_title() -> None:
    assert [page.path for page in PAGES if page.needs not in RULES] == []
    titles = catalogue("zh").texts
    assert [page.path for page in PAGES if page.title not in titles] == []


def test_no_letter_leads_to_two_pages() -> None:
    letters = Counter(page.key for page in PAGES if page.key is not None)
    assert [letter for letter, count in letters.items() if count > 1] == []


def test_no_page_hides_a_later_one() -> None:
    for at, page in enumerate(PAGES):
        pattern = re.sub(r"\{\w+\}", "[^/]+", page.path)
        hidden = [later.path for later in PAGES[at + 1 :] if re.fullmatch(pattern, later.path)]
        assert hidden == []


def test_the_menu_holds_what_a_role_may_open() -> None:
    officer = frozenset({Role.CUSTOMS_OFFICER})
    assert "/live" in [page.path for page in menu_for(officer, "bar")]
    assert "/shipments/new" not in [page.path for page in menu_for(officer, "more")]
    assert menu_for(frozenset(), "bar") == []
    assert "POST /appointments" in allowed(officer)
    assert "POST /keys" not in allowed(officer)


def test_a_page_is_sent_every_text_that_its_scripts_name() -> None:
    known = catalogue("en").texts
    for plan in PAGES:
        sent = tuple(f"{part}." for part in SHELL_TEXTS + plan.texts)
        names = modules_of(plan.template) + later_of(plan.template)
        scripts = "\n".join((SCRIPTS / name).read_text() for name in names)
        named = {key for key in KEY.findall(scripts) if key in known}
        assert {key for key in named if not key.startswith(sent)} == set(), plan.path
