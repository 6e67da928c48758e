"""The page templates, read and filled."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,  # texts and style sheets of this build go with these templates
)


def render(template: str, **values: object) -> str:
    """A page as HTML; a value that is missing raises."""
    return _templates.get_template(template).render(**values)
