"""What the service says of a box and of a payload, as plain values; asked over HTTP alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.core.domain.errors import NotFound
from simulators.client import ApiClient
from simulators.papers import SPARE
from simulators.truth.document import PayloadTruth
from simulators.truth.limits import Side
from simulators.truth.stays import Stay

Json = dict[str, Any]

_ROWS_A_PAGE = "5000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A stored row; times in milliseconds since 1970."""

    boot: str
    seq: int
    t_ms: int | None
    placed_ms: int | None
    received_ms: int
    event: str | None
    temp_c: float | None

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Row:
        return cls(
            boot=raw["boot"],
            seq=raw["seq"],
            t_ms=_optional_ms(raw["t"]),
            placed_ms=_optional_ms(raw["placed_at"]),
            received_ms=text_ms(raw["received_at"]),
            event=raw["event"],
            temp_c=raw["temp_c"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """All that is asked of one payload; `rows` are those of the boxes it was in.

    `created_ms`: when its shipment was entered.
    """

    rows: Sequence[Row] = ()
    verdicts: Sequence[Json] = ()
    alarms: Sequence[Json] = ()
    created_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """The shipments and alarms of the whole service, by the reference of the shipment."""

    shipments: Mapping[str, Json]
    alarms: Mapping[str, list[Json]]


async def ask_register(client: ApiClient) -> Register:
    """Every shipment and every alarm."""
    shipments = await client.whole_list("/shipments", limit="100")
    alarms: dict[str, list[Json]] = {}
    for alarm in await client.whole_list("/alarms", limit="100"):
        alarms.setdefault(alarm["shipment_reference"] or "", []).append(alarm)
    return Register(shipments={one["reference"]: one for one in shipments}, alarms=alarms)


async def ask_box(client: ApiClient, box_id: str) -> list[Row]:
    """What is stored of a box; empty where the service does not know it."""
    try:
        rows = await client.whole_list(f"/boxes/{box_id}/log", limit=_ROWS_A_PAGE)
    except NotFound:
        rows = []
    return [Row.read(row) for row in rows]


async def ask_payload(
    client: ApiClient, register: Register, truth: PayloadTruth, rows: Mapping[str, Sequence[Row]]
) -> Answers:
    """What is said of a payload; empty where the service knows nothing."""
    shipment = register.shipments.get(truth.shipment)
    kept: list[Json] = []
    if shipment is not None:
        path = f"/shipments/{shipment['id']}/assessments"
        kept = await client.whole_list(path, limit="100")
    boxes = {inside.box_id for inside in (*truth.truly, *truth.on_paper)}
    return Answers(
        rows=[row for inside in truth.truly for row in rows.get(inside.box_id, ())],
        verdicts=[one for one in kept if one["payload_reference"] == truth.payload],
        alarms=[
            one
            for one in register.alarms.get(truth.shipment, ())
            if _concerns(one["box_id"], boxes)
        ],
        created_ms=text_ms(shipment["created_at"]) if shipment else None,
    )


def _concerns(box_id: str | None, boxes: Set[str]) -> bool:
    """Of a shipment in two boxes, an alarm names the one."""
    return box_id is None or box_id in boxes or box_id.endswith(SPARE)


def stay_of(side: Side, began: str, returned: str | None, off_delay_s: float) -> Stay:
    """A stay as the service tells it; `returned` includes the off-delay."""
    over_s = None if returned is None else text_ms(returned) / 1000
    return Stay(
        side=side,
        began_s=text_ms(began) / 1000,
        peak_c=float("nan"),
        inside_s=None if over_s is None else over_s - off_delay_s,
        over_s=over_s,
    )


def text_ms(text: str) -> int:
    """Milliseconds since 1970 of an RFC 3339 instant."""
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def _optional_ms(text: str | None) -> int | None:
    return None if text is None else text_ms(text)
