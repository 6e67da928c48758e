"""The page templates, read and filled."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

_FOLDER = Path(__file__).parent / "templates"

_templates = Environment(
    loader=FileSystemLoader(_FOLDER),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,  # texts and style sheets of this build go with these templates
)


_LINK = r' *<link rel="stylesheet" href="({root})/([\w/-]+)\.css">\n?'
_SHEET = re.compile(_LINK.format(root=r"/static/[^/\"]+"))
_SHEET_OF_TEMPLATE = re.compile(_LINK.format(root=re.escape("{{ static }}")))


def _one_sheet(links: str) -> Markup:
    """The style sheets that a template names one by one, as one file (`packedfiles`)."""
    found = _SHEET.findall(links)
    rest = _SHEET.sub("", links)
    if not found:
        return Markup(links)  # noqa: S704  of our own templates
    link = f'  <link rel="stylesheet" href="{found[0][0]}/{_joined(found)}">\n'
    return Markup(link + rest.lstrip("\n"))  # noqa: S704


def _joined(links: Sequence[tuple[str, str]]) -> str:
    """The one sheet's address under the build: each sheet with its folder, in this order."""
    return f"sheets/{'+'.join(name.replace('/', '~') for _, name in links)}.css"


def joined_sheets() -> frozenset[str]:
    """Every joined sheet that a template asks for; nobody is sent another one."""
    sources = [one.read_text("utf-8") for one in sorted(_FOLDER.glob("*.html"))]
    framed = [one for one in sources if "{% extends" in one or "one_sheet" in one]
    links = [_SHEET_OF_TEMPLATE.findall(source) for source in framed]
    return frozenset(_joined(found) for found in links if found)


def _coded(words: str) -> Markup:
    """What stands between backticks as code; the rest as text."""
    parts = words.split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if odd % 2 and odd < len(parts) - 1 else part
        for odd, part in enumerate(parts)
    )


_templates.filters["one_sheet"] = _one_sheet
_templates.filters["coded"] = _coded


def render(template: str, **values: object) -> str:
    """A page as HTML; a value that is missing raises."""
    return _templates.get_template(template).render(**values)
