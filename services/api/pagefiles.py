"""The page templates, read and filled."""

from __future__ import annotations

import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,  # texts and style sheets of this build go with these templates
)


_SHEET = re.compile(r' *<link rel="stylesheet" href="(/static/[^/"]+)/([\w/-]+)\.css">\n?')


def _one_sheet(links: str) -> Markup:
    """The style sheets that a template names one by one, as one file (`packedfiles`)."""
    found = _SHEET.findall(links)
    rest = _SHEET.sub("", links)
    if not found:
        return Markup(links)  # noqa: S704  of our own templates
    (root, _), names = found[0], "+".join(name.replace("/", "~") for _, name in found)
    link = f'  <link rel="stylesheet" href="{root}/sheets/{names}.css">\n'
    return Markup(link + rest.lstrip("\n"))  # noqa: S704


_templates.filters["one_sheet"] = _one_sheet


def render(template: str, **values: object) -> str:
    """A page as HTML; a value that is missing raises."""
    return _templates.get_template(template).render(**values)
