"""Rules in words: one line in English and Chinese, with its minutes, and nobody else in it."""

from __future__ import annotations

from collections.abc import Mapping

from services.api.schemas.customs import Explanation
from services.core.runtime.catalogue import catalogue

_WIDE = ("，", "；", "：")
"""Signs that bring their own room: no space stands behind them."""


def explain(code: str, minutes: Mapping[str, int]) -> Explanation:
    """The rule by its code, its minutes, and the line in both languages."""
    return Explanation(
        code=code,
        minutes=dict(minutes),
        en=in_words(code, minutes, "en"),
        zh=in_words(code, minutes, "zh"),
    )


def in_words(code: str, minutes: Mapping[str, int], language: str) -> str:
    """The line of a rule, with what is spare or too late at its end."""
    texts = catalogue(language)
    key = f"slot.why.{code}"
    told = {name: str(count) for name, count in minutes.items()}
    line = texts.text(key, **told) if told else texts.text(key)
    side = next((side for side in ("spare", "late") if f"{side}_min" in minutes), None)
    if side is None:
        return line
    joint = "" if line.endswith(_WIDE) else " "
    return f"{line}{joint}{_told(side, minutes[f'{side}_min'], language)}"


def _told(side: str, minutes: int, language: str) -> str:
    """Minutes; from two hours on, hours and minutes."""
    texts = catalogue(language)
    if minutes < 120:
        return texts.text(f"slot.{side}_min", n=str(minutes))
    return texts.text(f"slot.{side}_h", n=f"{minutes // 60}:{minutes % 60:02}")
