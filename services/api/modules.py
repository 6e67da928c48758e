"""Which scripts a page will ask for, so that the browser can fetch all of them at once."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_SERVICE = Path(__file__).parent
_SCRIPTS = _SERVICE / "static/js"
_IN_TEMPLATE = re.compile(r'type="module" src="\{\{ static \}\}/js/([\w-]+\.js)"')
_IMPORT = re.compile(r'\b(?:from|import) "\./([\w-]+\.js)"')
_OF_THE_STREAM = ("page.js", "stream-port.js", "stream-worker.js", "connection.js")
"""First of all: what a page shows comes by the stream, and can come while its scripts do."""


@cache
def modules_of(template: str) -> tuple[str, ...]:
    """The modules of a template and all that they import, in the order of their need."""
    text = (_SERVICE / "templates" / template).read_text(encoding="utf-8")
    found: set[str] = set()
    waiting: list[str] = _IN_TEMPLATE.findall(text)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _IMPORT.findall((_SCRIPTS / name).read_text(encoding="utf-8"))
    first = _OF_THE_STREAM if "stream.js" in found else ()
    return (*first, *sorted(found.difference(first)))
