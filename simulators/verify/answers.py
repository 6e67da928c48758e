"""What the service says of one box, as plain values; asked over HTTP and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.core.domain.errors import NotFound
from simulators.client import ApiClient
from simulators.truth.document import BoxTruth
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
    """All that is asked of one box. `created_ms`: when its shipment was entered."""

    rows: Sequence[Row]
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


async def ask_box(client: ApiClient, register: Register, truth: BoxTruth) -> Answers:
    """What is stored of a box and said of its payload; empty where the service knows nothing."""
    try:
        rows = await client.whole_list(f"/boxes/{truth.box_id}/log", limit=_ROWS_A_PAGE)
    except NotFound:
        rows = []
    shipment = register.shipments.get(truth.shipment)
    kept: list[Json] = []
    if shipment is not None:
        path = f"/shipments/{shipment['id']}/assessments"
        kept = await client.whole_list(path, limit="100")
    return Answers(
        rows=[Row.read(row) for row in rows],
        verdicts=[one for one in kept if one["payload_reference"] == truth.payload],
        alarms=register.alarms.get(truth.shipment, []),
        created_ms=text_ms(shipment["created_at"]) if shipment else None,
    )


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
