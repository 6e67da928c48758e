"""The formats of telemetry, one module each: a module here that has a FORMAT is one more."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from services.core.wire.format import Format


def _found() -> dict[str, Format]:
    """Every format, by the leaf it is published on."""
    names = sorted(module.name for module in iter_modules(__path__))
    formats: list[Format] = [import_module(f"{__name__}.{name}").FORMAT for name in names]
    return {one.leaf: one for one in formats}


FORMATS = _found()
