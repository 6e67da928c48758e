"""What a page says in a language, as its catalogue has it: a story is told once for both."""

import re

from services.core.runtime.catalogue import catalogue


def words(language: str, key: str, **known: object) -> re.Pattern[str]:
    """The text of a key; what stands in braces is anything, unless it is known."""
    text = catalogue(language).text(key)
    parts = re.split(r"\{(\w+)\}", text)
    filled = [
        re.escape(part)
        if place % 2 == 0
        else re.escape(str(known[part]))
        if part in known
        else ".+?"
        for place, part in enumerate(parts)
    ]
    return re.compile("".join(filled))
