"""Files of the exchange: JSON and CSV read as messages, what cannot be read named."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from services.core.domain.clearance.exchange import FORM

WHOLE_NUMBERS = ("version",)


class Unreadable(Exception):
    """A file that holds no messages, and what to do about it."""


def messages_in(file: Path, encoding: str) -> list[dict[str, Any]]:
    """Every message of a file, in its order; raises Unreadable."""
    try:
        text = file.read_bytes().decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"{file.name}: byte {error.start} is no {encoding}; write the file in UTF-8, or say"
            " how it is written: --encoding gb18030"
        ) from error
    return list(_rows(file, text) if file.suffix == ".csv" else _document(file, text))


def _document(file: Path, text: str) -> Iterator[dict[str, Any]]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(
            f"{file.name}: this is half a file or no JSON ({error}); send the whole file again"
        ) from error
    if not isinstance(document, dict) or document.get("form") != FORM:
        raise Unreadable(f'{file.name}: form is not "{FORM}"; write the form at its head')
    messages = document.get("messages")
    if not isinstance(messages, list) or not all(isinstance(one, dict) for one in messages):
        raise Unreadable(f"{file.name}: messages is no list of objects; write one object a message")
    yield from messages


def _rows(file: Path, text: str) -> Iterator[dict[str, Any]]:
    """One message a row; an empty cell is left out."""
    if not text.endswith(("\n", "\r")):
        raise Unreadable(f"{file.name}: the last row has no end of line; send the whole file again")
    for number, row in enumerate(csv.DictReader(text.splitlines()), 2):
        if None in row or None in row.values():
            raise Unreadable(f"{file.name}, line {number}: cells are missing or too many; mend it")
        yield {name: _cell(name, value) for name, value in row.items() if value}


def _cell(name: str, value: str) -> str | int:
    return int(value) if name in WHOLE_NUMBERS and value.isascii() and value.isdigit() else value
