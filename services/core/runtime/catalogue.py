"""The texts that people read, in English and Chinese, from the gettext catalogues as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

LOCALE_FOLDER = Path(__file__).parent / "locale"
LANGUAGES = ("en", "zh")

Text = str | tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All texts of one language by key. A text with plural forms is a tuple of them."""

    language: str
    texts: Mapping[str, Text]

    def text(self, key: str, **values: object) -> str:
        """The text with its {placeholders} filled; plural forms are the browser's affair.

        Raises KeyError for a key that no catalogue holds.
        """
        found = self.texts[key]
        form = found if isinstance(found, str) else found[-1]
        return form.format(**values) if values else form

    def part(self, prefixes: Iterable[str]) -> dict[str, Text]:
        """The texts whose key begins with one of the prefixes, for the browser."""
        begins = tuple(f"{prefix}." for prefix in prefixes)
        return {key: text for key, text in self.texts.items() if key.startswith(begins)}


@cache
def catalogue(language: str) -> Catalogue:
    """Read the catalogue of a language straight from its .po file."""
    with (LOCALE_FOLDER / f"{language}.po").open("rb") as file:
        messages = read_po(file, locale=language)
    texts: dict[str, Text] = {}
    for message in messages:
        if message.id:
            key = message.id if isinstance(message.id, str) else message.id[0]
            texts[key] = _text(message.string)
    return Catalogue(language=language, texts=texts)


def _text(string: str | Sequence[str] | None) -> Text:
    if string is None or isinstance(string, str):
        return string or ""
    return tuple(string)
