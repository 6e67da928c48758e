"""Rows as a CSV file that a spreadsheet opens and runs nothing of."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from fastapi import Response

# The wide signs count as well in a Chinese or Japanese office (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def as_csv(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A header and a line a row. No cell can be a formula to a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return out.getvalue()


def csv_file(name: str, text: str) -> Response:
    """The same as a file to be saved, and kept nowhere on the way."""
    return Response(
        text,
        media_type="text/csv",
        headers={
            "content-disposition": f'attachment; filename="{name}"',
            "cache-control": "no-store",
        },
    )


def _cell(value: Any) -> Any:
    """A text that a spreadsheet would run is quoted by an apostrophe; numbers are ours."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return "" if value is None else value
