"""Which methods a path has: what the answer 405 names in `Allow` (RFC 9110, 15.5.6)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from services.api.doors import DOORS
from services.api.rules import OPEN, RULES

_PREFIX = "/api/v1"
_NAMED = re.compile(r"\{\w+\}")


def methods_of(path: str) -> list[str]:
    """Of every route whose path this is: the framework names those of the first one only.

    `/boxes/batch` is no box, though it has the form of one.
    """
    found = [form for form in _by_path() if re.fullmatch(_NAMED.sub("[^/]+", form), path)]
    nearest = min(found, key=lambda form: form.count("{"), default="")
    return sorted(_by_path().get(nearest, ()))


@cache
def _by_path() -> Mapping[str, set[str]]:
    served = [*DOORS, *((method, _PREFIX + path) for method, path in [*RULES, *OPEN])]
    found: dict[str, set[str]] = {}
    for method, path in served:
        found.setdefault(path, set()).add(method)
    return found
