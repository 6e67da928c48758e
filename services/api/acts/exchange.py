"""Takes messages of systems outside: each for itself, once, in whatever order they come."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from pydantic import BaseModel, ValidationError

from services.api.acts.exchange_effects import enter_approval, hold_booking
from services.api.dependencies import Act
from services.api.schemas.exchange import ApprovalMessage, BookingMessage, MessageOutcome
from services.core.domain.clearance.exchange import Outcome, Said, canonical, digest, is_overtaken
from services.core.domain.errors import ColdlaneError, Conflict, IllegalTransition, NotFound
from services.core.storage.exchange import ExchangeRepository, KeptMessage

_MODELS: Mapping[str, type[BaseModel]] = {"approval": ApprovalMessage, "booking": BookingMessage}


async def take_messages(messages: Sequence[Mapping[str, Any]], act: Act) -> list[MessageOutcome]:
    """One outcome a message; a bad one stops no other."""
    await _kept(act).lock()
    for message in messages:
        await _take(message, act)
    await _settle(act)
    return [await _told(message, act) for message in messages]


def _kept(act: Act) -> ExchangeRepository:
    """What this sender sent before: an id is theirs, as an idempotency key is."""
    return ExchangeRepository(act.unit, act.principal.principal_id)


async def _take(message: Mapping[str, Any], act: Act) -> None:
    repository = _kept(act)
    content = canonical(message)
    sha256 = digest(content)
    known = await repository.by_content(sha256)
    if known is not None:
        again = {"repeats": known.repeats + 1, "last_received_at": act.now}
        await repository.change(sha256, again)
        await act.audit("exchange_again", ("exchange_message", known.message_id or sha256.hex()))
        return
    said, entered = await _first_time(message, act)
    values = {
        "sha256": sha256,
        "content": content,
        "received_at": act.now,
        "last_received_at": act.now,
        "received_from": act.principal.principal_id,
        **entered,
        **_columns(said),
    }
    await repository.add(values)
    told = {"outcome": said.outcome.value, "sha256": sha256.hex(), "field": said.field}
    subject = ("exchange_message", entered["message_id"] or sha256.hex())
    await act.audit("exchange", subject, after=told)


async def _first_time(message: Mapping[str, Any], act: Act) -> tuple[Said, dict[str, Any]]:
    entered: dict[str, Any] = {"message_id": _id_of(message)}
    model = _model_of(message)
    if model is None:
        wrong = _refused("message", "it is no kind that is exchanged", "approval or booking")
        return wrong, entered
    try:
        read = model.model_validate({k: v for k, v in message.items() if k in model.model_fields})
    except ValidationError as error:
        return _in_words(error), entered
    entered |= _subject_of(read)
    other = await _kept(act).by_id(str(entered["message_id"]))
    if other is not None:
        detail = "another content came under this id before"
        return _refused("message_id", detail, "give a new content a new id"), entered
    said, object_id = await _try(read, act)
    return said, {**entered, "object_id": object_id}


async def _settle(act: Act) -> None:
    """Try again what waits, until nothing more can hold."""
    repository = _kept(act)
    moved = True
    while moved:
        moved = False
        for one in await repository.waiting():
            said, object_id = await _try(_read_again(one), act)
            if said.outcome is not Outcome.WAITING or said.detail != one.detail:
                await repository.change(one.sha256, {**_columns(said), "object_id": object_id})
            moved = moved or said.outcome is not Outcome.WAITING


async def _try(read: BaseModel, act: Act) -> tuple[Said, UUID | None]:
    """Do what it says, or nothing at all."""
    try:
        async with act.unit.connection.begin_nested():
            if isinstance(read, ApprovalMessage):
                return Said(outcome=Outcome.TAKEN), await enter_approval(read, act)
            return await _book(cast("BookingMessage", read), act)
    except ColdlaneError as error:
        can_wait = isinstance(read, BookingMessage) and _may_pass(error)
        said = Said(
            outcome=Outcome.WAITING if can_wait else Outcome.REFUSED,
            field=error.field,
            detail=error.detail,
            remedy=error.remedy or "correct it, and send it under a new id",
        )
        return said, None


def _may_pass(error: ColdlaneError) -> bool:
    """A place that is held, a shipment that is not entered: a later message may change that."""
    return isinstance(error, NotFound | Conflict) and not isinstance(error, IllegalTransition)


async def _book(read: BookingMessage, act: Act) -> tuple[Said, UUID | None]:
    held = await _kept(act).newest("booking", read.booking)
    if held is not None and is_overtaken(read.version, held.version):
        return Said(outcome=Outcome.OVERTAKEN), held.object_id
    if held is not None and held.version == read.version:
        detail = "another message has this version of the booking"
        return _refused("version", detail, "count the version up with each change"), None
    before = None if held is None else held.object_id
    return Said(outcome=Outcome.TAKEN), await hold_booking(read, before, act)


async def _told(message: Mapping[str, Any], act: Act) -> MessageOutcome:
    kept = await _kept(act).content(digest(canonical(message)))
    return MessageOutcome(
        message_id=kept.message_id,
        outcome=Outcome(kept.outcome).value,
        field=kept.field,
        detail=kept.detail,
        remedy=kept.remedy,
        ignored=ignored_in(message),
    )


def ignored_in(message: Mapping[str, Any]) -> list[str]:
    """Names that this version does not know: a newer sender is not refused for them."""
    model = _model_of(message)
    return [] if model is None else sorted(set(message) - set(model.model_fields))[:50]


def _model_of(message: Mapping[str, Any]) -> type[BaseModel] | None:
    kind = message.get("message")
    return _MODELS.get(kind) if isinstance(kind, str) else None


def _read_again(one: KeptMessage) -> BaseModel:
    message = json.loads(one.content)
    model = _MODELS[message["message"]]
    return model.model_validate({k: v for k, v in message.items() if k in model.model_fields})


def _id_of(message: Mapping[str, Any]) -> str | None:
    found = message.get("message_id")
    if isinstance(found, str) and found.isascii() and found.isprintable():
        return found[:128]
    return None


def _subject_of(read: BaseModel) -> dict[str, Any]:
    if isinstance(read, BookingMessage):
        return {"kind": "booking", "subject": read.booking, "version": read.version}
    approval = cast("ApprovalMessage", read)
    return {"kind": "approval", "subject": f"{approval.kind}/{approval.number}"}


def _in_words(error: ValidationError) -> Said:
    """The first fault by its name; never what was sent."""
    first = error.errors(include_input=False, include_url=False)[0]
    field = ".".join(str(part) for part in first["loc"]) or "message"
    return _refused(field, first["msg"][:200], "correct the field, and send it under a new id")


def _refused(field: str, detail: str, remedy: str) -> Said:
    return Said(outcome=Outcome.REFUSED, field=field, detail=detail, remedy=remedy)


def _columns(said: Said) -> dict[str, Any]:
    return {
        "outcome": said.outcome.value,
        "field": said.field,
        "detail": said.detail,
        "remedy": said.remedy,
    }
