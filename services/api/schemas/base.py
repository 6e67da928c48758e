"""The kinds of value that requests and answers are made of, each checked once, here."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime
from typing import Annotated, Generic, TypeVar
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
    WithJsonSchema,
)

from services.core.domain.governance.identity_numbers import number_in

_RFC3339 = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII
)
_DAY = re.compile(r"20\d{2}-\d{2}-\d{2}", re.ASCII)
_CANONICAL_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)
# Controls, and the marks that make text read otherwise than it is stored.
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_ALLOWED_HIDDEN = frozenset({"\n", "\t", "\u200d", "\u200c"})


def _as_rfc3339(value: object) -> object:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or _RFC3339.fullmatch(value) is None:
        raise ValueError("write an instant with its offset, for example 2026-11-22T01:02:03Z")
    return value


def _as_utc(value: datetime) -> datetime:
    if not _EARLIEST.timestamp() <= value.timestamp() < _LATEST.timestamp():
        raise ValueError("the instant must lie between the years 2000 and 2100")
    return value.astimezone(UTC)


def _as_day(value: object) -> object:
    if type(value) is date:
        return value
    if not isinstance(value, str) or _DAY.fullmatch(value) is None:
        raise ValueError("write a day as 2026-11-30")
    return value


def _canonical(value: object) -> object:
    if isinstance(value, UUID):
        return value
    if not isinstance(value, str) or _CANONICAL_UUID.fullmatch(value) is None:
        raise ValueError("write the identifier as 8-4-4-4-12 lower-case hexadecimal digits")
    return value


def plain_text(value: str) -> str:
    for character in value:
        if unicodedata.category(character) in _HIDDEN_CATEGORIES:
            if character in _ALLOWED_HIDDEN:
                continue
            raise ValueError("the text holds invisible or control characters; remove them")
    return value


def nobodys_number(value: str) -> str:
    """Free text that holds no number of a person; the number itself is not said again."""
    if (kind := number_in(value)) is not None:
        raise ValueError(
            f"{kind} seems to stand in the text; leave it out, and name the shipment, the box or"
            " the role of the person instead"
        )
    return value


Instant = Annotated[
    AwareDatetime,
    BeforeValidator(_as_rfc3339),
    AfterValidator(_as_utc),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-11-22T01:02:03Z"]}),
]
Day = Annotated[
    date,
    BeforeValidator(_as_day),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2026-11-30"]}),
]
"""A day of the place's calendar."""
ClaimedInstant = Annotated[
    AwareDatetime,
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["1970-01-01T00:02:03Z"]}),
]
"""What a box's clock said; it may be any year."""
Identifier = Annotated[
    UUID,
    BeforeValidator(_canonical),
    WithJsonSchema(
        {
            "type": "string",
            "format": "uuid",
            "examples": ["019aa3c4-7d1e-7c3a-9d2b-5f0c6f1f2a11"],
        }
    ),
]


def _words(longest: int) -> object:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=longest)


Word = Annotated[str, _words(100), AfterValidator(plain_text)]
Label = Annotated[str, _words(100), AfterValidator(plain_text), AfterValidator(nobodys_number)]
"""Short free text about goods, firms and whom something is for; it holds no number of a person."""
Sentence = Annotated[str, _words(1000), AfterValidator(plain_text), AfterValidator(nobodys_number)]
"""Free text of people; it stays for ever, so it holds no number of a person."""
Minutes = Annotated[int, Strict(), Field(ge=0, le=1440)]
Latitude = Annotated[float, Strict(), Field(ge=-90, le=90)]
Longitude = Annotated[float, Strict(), Field(ge=-180, le=180)]
Flag = Annotated[bool, Strict()]
Count = Annotated[int, Strict()]


OwnerName = Annotated[
    str | None,
    Field(
        pattern=r"^[a-z0-9][a-z0-9._-]{1,63}$",
        description="Organisation that owns it: that of whoever enters it. Only the installation"
        " itself may name another one.",
        examples=["sponsor-qa"],
    ),
]


class Request(BaseModel):
    """A body we accept: unknown fields are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, frozen=True)


class Answer(BaseModel):
    """A body we send."""

    model_config = ConfigDict(extra="ignore", frozen=True)


Item = TypeVar("Item")


class Page(Answer, Generic[Item]):
    """A part of a list, and where the next part begins."""

    items: list[Item] = Field(description="The objects, in a stable order.")
    next_cursor: str | None = Field(
        description="Hand it back as `cursor` for the next part; null at the end."
    )


class ProblemPart(Answer):
    """One thing that is wrong, and where."""

    pointer: str = Field(
        description="JSON pointer into the body, or the parameter's name.",
        examples=["#/legs/0/planned_arrival"],
    )
    detail: str = Field(description="What is wrong, for people.", examples=["field required"])
    remedy: str | None = Field(default=None, description="What to do about it.")


class Problem(Answer):
    """An error as RFC 9457 writes it; served as application/problem+json."""

    type: str = Field(description="Names the kind of error.", examples=["/problems/slot-taken"])
    title: str = Field(description="The kind of error in words.", examples=["Slot taken"])
    status: int = Field(description="The HTTP status, repeated.", examples=[409])
    detail: str = Field(description="What happened this time, for people.")
    instance: str | None = Field(
        default=None,
        description="Number of the request, also in the header `x-request-id` and in the log.",
        examples=["urn:uuid:0e6a3c0e-6d6e-4a55-9d2c-2a3b1f0c7d11"],
    )
    errors: list[ProblemPart] = Field(default=[], description="The single faults, if any.")
    remedy: str | None = Field(default=None, description="What to do about it, for people.")
