"""The table of pages: rules that exist, letters that are free, addresses that are reached."""

import re
from collections import Counter

from services.api.menu import PAGES, allowed, menu_for
from services.api.rules import RULES
from services.core.domain.governance.access import Role
from services.core.runtime.catalogue import catalogue


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
