"""A notice in words, in the reader's language and zone. Nothing of patients is known here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.core.runtime.catalogue import catalogue

SHORT = 300
"""Most characters of a text message; a provider splits longer ones and bills each part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """In which language and by which clock a channel's people read."""

    language: str = "en"
    zone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """The same notice for a subject line, for a mail, and for a small screen."""

    subject: str
    text: str
    short: str


def message_of(kind: str, body: Mapping[str, Any], reader: Reader, link: str | None) -> Message:
    """What is told of a notice; `link` leads a courier to the one thing to do."""
    words = catalogue(reader.language)
    if kind != "alarm":
        key = f"notice.{kind}"
        told = _instants(body, reader) | _words(kind, body, reader)
        if "department" in told:
            told["department"] = words.text(f"alarm.department.{told['department']}")
        text = words.text(f"{key}.text", **told)
        return Message(subject=words.text(f"{key}.subject"), text=text, short=text[:SHORT])
    what = words.text(f"alarm.{body['kind']}.consequence")
    subject = words.text(
        "notice.alarm.subject",
        priority=body["priority"],
        about=" ".join(filter(None, (body.get("shipment_reference"), body.get("box_id")))) or "–",
        move=words.text(f"notice.move.{body['move']}"),
    )
    lines = [
        what,
        words.text("notice.alarm.action", action=words.text(f"alarm.{body['kind']}.action")),
        words.text("notice.alarm.since", at=_instant(body["began_at"], reader)),
    ]
    if link is not None:
        lines.append(words.text("notice.alarm.link", link=link))
    short = "\n".join([subject, lines[1], *lines[3:]])
    return Message(subject=subject, text="\n".join(lines), short=short[:SHORT])


def _instants(body: Mapping[str, Any], reader: Reader) -> dict[str, str]:
    return {
        name: _instant(value, reader) if name.endswith("_at") and value else str(value)
        for name, value in body.items()
    }


def _words(kind: str, body: Mapping[str, Any], reader: Reader) -> dict[str, str]:
    """What became of a slot and why, or what customs decided, in the reader's language."""
    words = catalogue(reader.language)
    if kind == "inspection":
        leave_by = body["leave_by_at"]
        way = leave_by and words.text("notice.inspection.leave", at=_instant(leave_by, reader))
        mark = words.text("notice.inspection.simulated") if body["simulated"] else ""
        what = words.text(f"notice.inspection.{body['move']}")
        return {"what": what, "way": way or "", "mark": mark}
    if kind != "slot":
        return {}
    what = words.text(f"notice.slot.{body['move']}")
    return {"what": what, "why": str(body[f"why_{reader.language}"])}


def _instant(text: str, reader: Reader) -> str:
    """Local time with its zone named: a reader may sit in another one."""
    local = datetime.fromisoformat(text).astimezone(ZoneInfo(reader.zone))
    return f"{local:%Y-%m-%d %H:%M} {reader.zone}"
