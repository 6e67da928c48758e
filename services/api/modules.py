"""Which scripts a page will ask for, so that the browser can fetch all of them at once."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_SERVICE = Path(__file__).parent
_SCRIPTS = _SERVICE / "static/js"
_IN_TEMPLATE = re.compile(r'type="module" src="\{\{ static \}\}/js/([\w-]+\.js)"')
_IMPORT = re.compile(r'\b(?:from|import) "\./([\w-]+\.js)"')
_OF_THE_FRAME = ("stream-worker.js",)
"""What no module imports, and every page starts."""


@cache
def modules_of(template: str) -> tuple[str, ...]:
    """The modules of a template and all that they import, in a settled order."""
    text = (_SERVICE / "templates" / template).read_text(encoding="utf-8")
    found: set[str] = set()
    waiting: list[str] = _IN_TEMPLATE.findall(text)
    waiting += _OF_THE_FRAME if waiting else ()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _IMPORT.findall((_SCRIPTS / name).read_text(encoding="utf-8"))
    return tuple(sorted(found))
