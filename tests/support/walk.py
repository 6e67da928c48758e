"""Reads a page of documentation as a list of steps, and takes them: the page is the test."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

_STEP = re.compile(
    r"^<!-- (?P<stage>at|readings) (?P<told>.+?) -->$"
    r"|^```(?P<kind>http|json)(?P<info>[^\n]*)\n(?P<body>.*?)^```$",
    re.M | re.S,
)
_NAME = re.compile(r"\{([a-z_]+(?:\.\w+)+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request; `each` repeats it for every item of what an earlier answer listed."""

    line: int
    method: str
    path: str
    headers: Mapping[str, str]
    body: str
    saved_as: str | None
    each: str | None
    where: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the last answer holds, among other things."""

    line: int
    answer: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The clock stands here from now on."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """What a box measured from one moment to another."""

    box_id: str
    begin: datetime
    end: datetime
    temp_c: float
    lid: str | None


Step = Request | Shown | Moment | Readings


def steps_of(page: Path) -> Iterator[Step]:
    """Requests, answers, moments and readings of a page, in its order."""
    text = page.read_text(encoding="utf-8")
    for found in _STEP.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        if found["stage"] == "at":
            yield Moment(at=datetime.fromisoformat(found["told"]))
        elif found["stage"]:
            yield _readings(found["told"].split())
        elif found["kind"] == "json":
            yield Shown(line=line, answer=json.loads(found["body"]))
        else:
            yield _request(found["body"], found["info"], line)


def _readings(words: list[str]) -> Readings:
    box_id, _, begin, _, end, _, temp_c, *lid = words
    return Readings(
        box_id=box_id,
        begin=datetime.fromisoformat(begin),
        end=datetime.fromisoformat(end),
        temp_c=float(temp_c),
        lid=lid[1] if lid else None,
    )


def _request(block: str, info: str, line: int) -> Request:
    said = dict(word.split("=", 1) for word in info.split())
    head, *rest = block.splitlines()
    method, path = head.split(" ", 1)
    named = [one for one in rest if one.startswith("If-Match: ")]
    return Request(
        line=line,
        method=method,
        path=path,
        headers=dict(one.split(": ", 1) for one in named),
        body="\n".join(one for one in rest if one not in named),
        saved_as=said.get("as"),
        each=said.get("each"),
        where=said.get("where"),
    )


@dataclass(slots=True)
class Walker:
    """Sends the requests of a page, and remembers what the answers said."""

    client: httpx.AsyncClient
    known: dict[str, Any] = field(default_factory=dict)
    last: Any = None

    async def send(self, step: Request) -> None:
        """One request, or one for each item; fails with what the API said instead."""
        if step.each is None:
            await self._send(step)
            return
        for item in self._find(step.each):
            if step.where in {None, item.get("kind")}:
                self.known["item"] = item
                await self._send(step)

    async def _send(self, step: Request) -> None:
        headers = {name: self._filled(value) for name, value in step.headers.items()}
        body = json.loads(self._filled(step.body)) if step.body else None
        path = self._filled(step.path)
        answer = await self.client.request(step.method, path, json=body, headers=headers)
        where = f"line {step.line}: {step.method} {path}"
        assert answer.status_code in {200, 201}, f"{where}: {answer.text}"
        self.last = answer.json()
        if step.saved_as is not None:
            self.known[step.saved_as] = self.last

    def compare(self, step: Shown) -> None:
        """The page shows a part of what was answered."""
        missing = list(_differences(step.answer, self.last, "answer"))
        assert missing == [], f"line {step.line}: {missing}"

    def _filled(self, text: str) -> str:
        return _NAME.sub(lambda found: str(self._find(found[1])), text)

    def _find(self, name: str) -> Any:
        found: Any = self.known
        for part in name.split("."):
            found = found[int(part)] if isinstance(found, list) else found[part]
        return found


def _differences(shown: Any, answered: Any, where: str) -> Iterator[str]:
    if isinstance(shown, dict) and isinstance(answered, dict):
        for name, value in shown.items():
            yield from _differences(value, answered.get(name, "nothing"), f"{where}.{name}")
    elif isinstance(shown, list) and isinstance(answered, list) and len(shown) == len(answered):
        for number, (one, other) in enumerate(zip(shown, answered, strict=True)):
            yield from _differences(one, other, f"{where}.{number}")
    elif shown != answered:
        yield f"{where} is {answered!r}, the page shows {shown!r}"
