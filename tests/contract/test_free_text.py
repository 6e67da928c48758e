"""Every place for free text refuses a number of a person: what is a name or a code says so here."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from services.api import schemas
from services.api.schemas.base import Request

_NAMES = """
  name name_en name_zh text_en text_zh person current password phone hours role channel model
  unit"""
"""What people, things and ways are called, and what is secret and kept nowhere."""
_CODES = """
  kind code key risk_class certificate condition item regime origin destination air_waybill
  donation_number coi_id basis_id number template_id reference"""
"""Numbers of papers and goods: some have as many digits as a telephone."""


def _requests(kind: type[Request] = Request) -> Iterator[type[Request]]:
    for module in pkgutil.iter_modules(schemas.__path__):
        importlib.import_module(f"{schemas.__name__}.{module.name}")
    for one in kind.__subclasses__():
        yield one
        yield from _requests(one)


def _takes(info: FieldInfo, text: str) -> bool:
    kind: Any = info.annotation
    for constraint in info.metadata:
        kind = Annotated[kind, constraint]
    try:
        TypeAdapter(kind).validate_python(text)
    except ValidationError:
        return False
    return True


def test_s73_every_place_for_free_text_refuses_a_number_of_a_person() -> None:
    free, open_to_numbers = set(), set()
    for request in _requests():
        for field, info in request.model_fields.items():
            if _takes(info, "call somebody at the gate"):
                free.add(field)
                if _takes(info, "call 13800138000"):
                    open_to_numbers.add(field)
    assert {"reason", "description", "words", "note", "text", "made_for", "product"} <= free
    assert open_to_numbers == {*_NAMES.split(), *_CODES.split()}
