"""Which scripts a page will ask for, so that the browser can fetch all of them at once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

_SERVICE = Path(__file__).parent
_SCRIPTS = _SERVICE / "static/js"
_IN_TEMPLATE = re.compile(r'type="module" src="\{\{ static \}\}/js/([\w-]+\.js)"')
_IMPORT = re.compile(r'\b(?:from|import) "\./([\w-]+\.js)"')
_LATER = re.compile(r'\bimport\("\./([\w-]+\.js)"\)')
_OF_THE_STREAM = ("page.js", "stream-port.js", "stream-worker.js", "connection.js")
"""First of all: what a page shows comes by the stream, and can come while its scripts do."""


@cache
def modules_of(template: str) -> tuple[str, ...]:
    """The modules of a template and all that they import, in the order of their need."""
    found = _with_imports(_scripts_of(template))
    first = _OF_THE_STREAM if "stream.js" in found else ()
    return (*first, *sorted(found.difference(first)))


@cache
def later_of(template: str) -> tuple[str, ...]:
    """What the template's own modules bring once the page stands, and all that it imports."""
    begun = [name for script in _scripts_of(template) for name in _LATER.findall(_read(script))]
    return tuple(sorted(_with_imports(begun).difference(modules_of(template))))


def _scripts_of(template: str) -> list[str]:
    text = (_SERVICE / "templates" / template).read_text(encoding="utf-8")
    return _IN_TEMPLATE.findall(text)


def _with_imports(names: Iterable[str]) -> set[str]:
    found: set[str] = set()
    waiting = [*names]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _IMPORT.findall(_read(name))
    return found


def _read(name: str) -> str:
    return (_SCRIPTS / name).read_text(encoding="utf-8")
