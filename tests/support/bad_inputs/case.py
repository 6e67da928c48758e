"""One case of bad input: what a box sends, and what becomes of it; for tests and page alike."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

BOX = "CB-0007"
BOOT = "9f3c21aa"
"""The integration test puts a boot of its own in its place, so that cases do not meet."""
AT = "2026-11-22T01:02:03Z"

_FIELDS = {
    "v": "1",
    "boot": f'"{BOOT}"',
    "seq": "1",
    "t": f'"{AT}"',
    "temp_c": "4.81",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A message. `stored`: rows it must leave; `reason` and `field`: of its rejection, if any.

    `level` is what stands in the place of the box in the topic, `shard` in that of its shard.
    """

    number: int
    slug: str
    what: str
    payload: bytes
    stored: int = 0
    reason: str | None = None
    field: str | None = None
    leaf: str = "telemetry"
    level: str = BOX
    shard: str | None = None
    note: str = ""

    @property
    def id(self) -> str:
        """The name of its tests."""
        return f"case-{self.number:03d}-{self.slug}"


def good(number: int, slug: str, what: str, payload: bytes, **more: Any) -> Case:
    """It is stored, one row unless said otherwise."""
    values = {"stored": 1, **more}
    return Case(number=number, slug=slug, what=what, payload=payload, **values)


def partly(
    number: int, slug: str, what: str, payload: bytes, reason: str, field: str, **more: Any
) -> Case:
    """It is stored but for one field or one reading, which is told."""
    values = {"stored": 1, "reason": reason, "field": field, **more}
    return Case(number=number, slug=slug, what=what, payload=payload, **values)


def refused(
    number: int,
    slug: str,
    what: str,
    payload: bytes,
    reason: str,
    field: str | None = None,
    **more: Any,
) -> Case:
    """Nothing of it is stored but its bytes and the reason."""
    return Case(
        number=number, slug=slug, what=what, payload=payload, reason=reason, field=field, **more
    )


def written(**literals: str | None) -> bytes:
    """A reading in which some fields are written so, letter by letter; None leaves one out."""
    fields = {**_FIELDS, **literals}
    return ("{" + ",".join(f'"{k}":{v}' for k, v in fields.items() if v is not None) + "}").encode(
        "utf-8", "surrogatepass"
    )


def reading(**values: Any) -> bytes:
    """A reading with fields changed or added."""
    return written(**{name: json.dumps(value) for name, value in values.items()})


def batch(*readings: dict[str, Any], **envelope: Any) -> bytes:
    """A batch of readings, each given by what differs from a good one."""
    whole = [{"seq": n, "t": AT, "temp_c": 4.81, **one} for n, one in enumerate(readings)]
    return json.dumps({"v": 1, "boot": BOOT, **envelope, "readings": whole}).encode()
