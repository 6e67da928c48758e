"""What is good of a message that is not good as a whole.

The rule. A reading stands on its number, its time and its temperature; a message on its version,
its boot and the name of its box. When one of these cannot be used, the reading (or the message) is
refused. Anything else that cannot be used is left out, and the rest is taken in: no temperature is
lost because a battery gauge talks nonsense. Whatever is left out is told as a refusal, so that the
message is kept with its bytes beside the readings. A position is one thing: when its latitude or
longitude cannot be used, all of it is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from services.core.wire import refusals
from services.core.wire.documents import Doubled, find_flaw, has_half_a_pair, refusal_of
from services.core.wire.messages import Channel
from services.core.wire.refusals import Refused, join_path

Kind = TypeVar("Kind")

_POSITION = ("lat", "lon", "acc_m")
_TOGETHER = {"lat": _POSITION, "lon": _POSITION}


class Shape(NamedTuple, Generic[Kind]):
    """A structure, and which of its fields it cannot do without."""

    kind: type[Kind]
    needed: frozenset[str]


class Salvaged(NamedTuple, Generic[Kind]):
    """The structure without what is not good; `fields` are those that were left to it."""

    value: Kind
    fields: dict[str, Any]
    refused: list[Refused]


def salvage(item: Any, shape: Shape[Kind], path: str = "") -> Salvaged[Kind]:
    """Read an object, leaving out what cannot be used; raises Refused for what is needed."""
    if not isinstance(item, dict):
        return Salvaged(convert(item, shape.kind, path), {}, [])
    fields = dict(item)
    refused: list[Refused] = []
    for name, refusal in _flaws(item, path):
        _leave_out(fields, name, refusal, shape)
        refused.append(refusal)
    if isinstance(fields.get("channels"), list):
        fields["channels"], bad = _good_channels(fields["channels"], join_path(path, "channels"))
        refused += bad
    while True:
        try:
            return Salvaged(convert(fields, shape.kind, path), fields, refused)
        except Refused as error:
            refusal = error
        if not _leave_out(fields, _name_in(refusal, path), refusal, shape):
            raise refusal
        refused.append(refusal)


def convert(document: Any, kind: type[Kind], path: str = "") -> Kind:
    """Read a structure in which everything must be good; raises Refused."""
    try:
        return msgspec.convert(document, kind)
    except msgspec.ValidationError as error:
        raise refusals.from_validation(error, path) from None
    except UnicodeEncodeError:
        raise refusals.half_a_pair(_first_half(document, kind, path)) from None


def _first_half(document: Any, kind: type[Any], path: str) -> str:
    """The field of ours that holds half a surrogate pair; unknown ones are not looked at."""
    known = getattr(kind, "__struct_encode_fields__", ()) if isinstance(document, dict) else ()
    held = [name for name in known if has_half_a_pair(document.get(name))]
    return join_path(path, held[0]) if held else path


def _flaws(item: dict[str, Any], path: str) -> Iterator[tuple[str, Refused]]:
    """Fields that stand twice or hold what is no JSON; readings and channels come later."""
    doubled = frozenset(item.names) if isinstance(item, Doubled) else frozenset[str]()
    for name in sorted(doubled):
        yield name, refusals.duplicate_key([name], path)
    for name, value in item.items():
        if has_half_a_pair(name):
            yield name, refusals.half_a_pair(join_path(path, ascii(name)[1:-1][:64]))
            continue
        later = name in ("readings", "channels") and isinstance(value, list)
        if name not in doubled and not later and (flaw := find_flaw(value)):
            yield name, refusal_of(flaw, join_path(path, name[:64]))


def _name_in(refusal: Refused, path: str) -> str:
    """The field of the object at this path that a refusal is about; empty: the object itself."""
    below = (refusal.field or "").removeprefix(path).removeprefix(".")
    return below.partition(".")[0].partition("[")[0]


def _leave_out(fields: dict[str, Any], name: str, refusal: Refused, shape: Shape[Any]) -> bool:
    """Take out a field; raises the refusal when it is needed. False when it is gone already."""
    if name in shape.needed:
        raise refusal
    present = [one for one in _TOGETHER.get(name, (name,)) if one in fields]
    for one in present:
        del fields[one]
    return bool(present)


def _good_channels(items: list[Any], path: str) -> tuple[list[Any], list[Refused]]:
    good: list[Any] = []
    refused: list[Refused] = []
    for position, item in enumerate(items):
        place = f"{path}[{position}]"
        try:
            if flaw := find_flaw(item):
                raise refusal_of(flaw, place)
            convert(item, Channel, place)
        except Refused as refusal:
            refused.append(refusal)
        else:
            good.append(item)
    return good, refused
