"""Rules in words: one line in English and Chinese, with its minutes, and nobody else in it."""

from __future__ import annotations

from collections.abc import Mapping

from services.api.schemas.customs import Explanation
from services.core.runtime.catalogue import catalogue


def explain(code: str, minutes: Mapping[str, int]) -> Explanation:
    """The rule by its code, its minutes, and the line in both languages."""
    return Explanation(
        code=code,
        minutes=dict(minutes),
        en=in_words(code, minutes, "en"),
        zh=in_words(code, minutes, "zh"),
    )


def in_words(code: str, minutes: Mapping[str, int], language: str) -> str:
    """The line of a rule; minutes of two hours or more are told as h:mm too."""
    told = {name: _told(count) for name, count in minutes.items()}
    texts = catalogue(language)
    key = f"slot.why.{code}"
    line = texts.text(key, **told) if told else texts.text(key)
    spare = next((name for name in ("spare_min", "late_min") if name in told), None)
    return line if spare is None else f"{line} {texts.text(f'slot.{spare}', n=told[spare])}"


def _told(minutes: int) -> str:
    return str(minutes) if minutes < 120 else f"{minutes // 60}:{minutes % 60:02}"
