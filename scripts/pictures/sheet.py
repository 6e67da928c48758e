"""A page that shows all pictures of a folder side by side, to be leafed through."""

from __future__ import annotations

import html
from itertools import groupby
from pathlib import Path

_HEAD = """<!doctype html><meta charset="utf-8"><title>Pictures of Coldlane</title><style>
body{font:14px sans-serif;margin:16px}section{display:flex;flex-wrap:wrap;gap:8px}
figure{margin:0}img{width:340px;border:1px solid #888}h2{font-size:15px;margin:24px 0 6px}</style>
"""


def write_sheet(folder: Path) -> None:
    """`index.html` in the folder: one row for each page and state, in its four looks."""
    names = sorted(one.name for one in folder.glob("*.png"))
    rows = (
        f"<h2>{html.escape(title)}</h2><section>{''.join(_figure(one) for one in looks)}</section>"
        for title, looks in groupby(names, key=_title)
    )
    (folder / "index.html").write_text(_HEAD + "\n".join(rows), encoding="utf-8")


def _title(name: str) -> str:
    """Without theme and language."""
    return name.rsplit("-", 2)[0]


def _figure(name: str) -> str:
    said = html.escape(name)
    return f'<figure><a href="{said}"><img loading="lazy" src="{said}" alt="{said}"></a></figure>'
