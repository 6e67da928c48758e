"""The small TOML file that says what the columns of a logger's CSV export mean."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta, Struct

from services.core.domain.errors import ColdlaneError, Invalid, NotFound
from services.core.domain.identifiers import parse_box_id, parse_probe_id

_REMEDY = "correct it as docs/how-to/replay.md describes the file"

Letter = Annotated[str, Meta(min_length=1, max_length=1)]


class _Table(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Unknown keys are typing errors, not extensions."""


class Columns(_Table, frozen=True):
    """Names as they stand in the header of the CSV file."""

    time: str
    temperature: str
    box_id: str | None = None
    probe: str | None = None
    ambient: str | None = None
    humidity: str | None = None
    battery: str | None = None

    def present(self) -> dict[str, str]:
        """Our name and the file's for every column that is used."""
        names = {field: getattr(self, field) for field in self.__struct_fields__}
        return {field: name for field, name in names.items() if name}


class TimeTable(_Table, frozen=True):
    """`format`: `iso`, `unix` (seconds) or a pattern of strptime; `zone`: when it names none.

    `clock`: what the readings say of the logger's clock; nobody kept it, so it runs free.
    """

    format: str = "iso"
    zone: str = "UTC"
    clock: Literal["synced", "free"] = "free"


class FileTable(_Table, frozen=True):
    """How the CSV is written; `skip_lines` stand above the line with the names."""

    delimiter: Letter = ","
    decimal: Letter = "."
    encoding: str = "utf-8-sig"
    skip_lines: Annotated[int, Meta(ge=0)] = 0
    missing: tuple[str, ...] = ("",)


class Mapping(_Table, frozen=True):
    """The whole file. Box and probe are fixed here, or read from columns."""

    columns: Columns
    temperature_unit: Literal["C", "F"] = "C"
    box_id: str | None = None
    probe: str | None = None
    batch: Annotated[int, Meta(ge=1, le=10_000)] = 60
    time: TimeTable = TimeTable()
    file: FileTable = FileTable()

    def to_celsius(self, value: float) -> float:
        return value if self.temperature_unit == "C" else round((value - 32) * 5 / 9, 6)


def load_mapping(path: Path) -> Mapping:
    """Read and check a mapping; raises NotFound or Invalid with what to do."""
    if not path.is_file():
        raise NotFound(f"there is no file {path}", field="map", remedy="give a mapping in TOML")
    try:
        mapping = msgspec.convert(tomllib.loads(path.read_text("utf-8")), Mapping)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"{path}: not TOML: {error}", field="map", remedy=_REMEDY) from None
    except msgspec.ValidationError as error:
        raise Invalid(f"{path}: {error}", field="map", remedy=_REMEDY) from None
    _check(path, mapping)
    return mapping


def _check(path: Path, mapping: Mapping) -> None:
    if bool(mapping.box_id) == bool(mapping.columns.box_id):
        raise Invalid(
            f"{path}: box_id: it must be given once",
            field="box_id",
            remedy='give either box_id = "…" at the top or the column in [columns]',
        )
    try:
        if mapping.box_id:
            parse_box_id(mapping.box_id)
        if mapping.probe:
            parse_probe_id(mapping.probe)
        ZoneInfo(mapping.time.zone)
    except ColdlaneError as error:
        raise Invalid(f"{path}: {error}", field=error.field, remedy=error.remedy) from None
    except (KeyError, ValueError, OSError):
        raise Invalid(
            f"{path}: time.zone: there is no time zone {mapping.time.zone!r}",
            field="time.zone",
            remedy="give a name such as Asia/Shanghai or UTC",
        ) from None
