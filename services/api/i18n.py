"""Which language a page is shown in."""

from __future__ import annotations

from babel.core import negotiate_locale

from services.core.runtime.catalogue import LANGUAGES

HTML_LANGUAGE = {"en": "en", "zh": "zh-CN"}


def choose_language(asked: str | None, kept: str | None, accepted: str | None) -> str:
    """Pick a language: the one asked for, else the one kept, else what the browser prefers."""
    for wish in (asked, kept):
        if wish in LANGUAGES:
            return wish
    preferred = _preferred(accepted or "")
    return negotiate_locale(preferred, LANGUAGES, sep="-") or LANGUAGES[0]


def _preferred(header: str) -> list[str]:
    """The tags of an Accept-Language header, best first, each followed by its bare language."""
    weighed: list[tuple[float, str]] = []
    for part in header.split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            weighed.append((float(quality or 1), tag))
        except ValueError:
            continue
    tags = [tag for weight, tag in sorted(weighed, key=lambda pair: -pair[0]) if weight > 0 and tag]
    return [name for tag in tags for name in (tag, tag.partition("-")[0])]
