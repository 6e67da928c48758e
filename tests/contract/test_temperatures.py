"""Temperatures on pages: one module knows the units, and writes them."""

import re
from pathlib import Path

from services.core.runtime.catalogue import LANGUAGES, catalogue

STATIC = Path(__file__).parents[2] / "services/api/static/js"
COMMENT = re.compile(r"/\*.*?\*/|^\s*//.*?$", re.DOTALL | re.MULTILINE)
UNIT = re.compile(r"°|℃|℉|\\u00b0", re.IGNORECASE)
# Names of kinds of bays, and the choice itself; what is typed in is °C, as its field's name says.
BY_NAME = {
    "new.bay_class.cold_2_8",
    "desk.class.cold_2_8",
    "shell.unit.c",
    "shell.unit.f",
    "me.unit_hint",
}
TYPED_IN = re.compile(r"\w+\.field\.\w+_c")


def test_no_module_but_the_formatter_writes_a_unit_of_temperature() -> None:
    by_hand = [
        path.name
        for path in sorted(STATIC.glob("*.js"))
        if UNIT.search(COMMENT.sub("", path.read_text(encoding="utf-8")))
    ]
    assert by_hand == ["format.js"]


def test_no_text_of_a_page_holds_the_unit_of_a_temperature_that_is_filled_in() -> None:
    for language in LANGUAGES:
        texts = catalogue(language).texts
        found = {key for key, text in texts.items() if UNIT.search(str(text))}
        assert {key for key in found if not TYPED_IN.fullmatch(key)} == BY_NAME
