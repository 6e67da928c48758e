"""A run with one excursion and a service that tells it rightly, to be changed by tests."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from simulators.truth.account import stay_out, to_text
from simulators.truth.document import BoxTruth, Passage, PayloadTruth, TrueInside, TrueLog
from simulators.truth.limits import Tolerances, read_tolerances
from simulators.truth.series import Series
from simulators.truth.stays import find_stays
from simulators.verify.answers import Answers, Row
from simulators.verify.comparison import score_payload
from simulators.verify.readings import compare_readings
from simulators.verify.scores import Score, add_up

START = datetime(2026, 11, 22, tzinfo=UTC)
START_S = START.timestamp()
BOOT = "9f3c1a2b"
MINUTES = 120


def number(value: float) -> dict[str, Any]:
    return {"value": value, "binding": True}


def tolerances() -> Tolerances:
    return read_tolerances(
        {
            "clock_start": "collection_end",
            "numbers": {
                "label_hi_c": number(8.0),
                "label_lo_c": number(2.0),
                "absolute_hi_c": number(25.0),
                "freeze_point_c": number(-0.5),
                "hold_h": number(72),
                "deadband_k": number(0.3),
                "on_delay_min": number(5),
                "off_delay_min": number(10),
            },
        }
    )


def at(minute: float) -> str:
    return to_text(START + timedelta(minutes=minute))


def at_ms(minute: float) -> int:
    return round((START_S + 60 * minute) * 1000)


def temp_c(minute: int) -> float:
    """Warms by a tenth of a kelvin a minute: out of its label after half an hour."""
    return round(5 + 0.1 * minute, 2)


def box(box_id: str = "SIM-0001", **changes: Any) -> BoxTruth:
    log = TrueLog(
        boot=BOOT,
        readings=[(n, at_ms(n), temp_c(n), at_ms(n)) for n in range(MINUTES)],
        events=[(MINUTES, at_ms(MINUTES), "unpacked")],
        undelivered=[],
    )
    return BoxTruth(**{"box_id": box_id, "container": "passive_short", "logs": [log], **changes})


def inside(box_id: str, begins: float = 0, ends: float = MINUTES) -> TrueInside:
    return TrueInside(box_id=box_id, begins=at(begins), ends=at(ends))


def truth(**changes: Any) -> PayloadTruth:
    series = Series(
        (START_S + 60 * minute for minute in range(MINUTES)), map(temp_c, range(MINUTES))
    )
    label = tolerances().label("high")
    assert label is not None
    stays = [
        stay_out(stay, certain=True) for stay in find_stays(series, label, tolerances().delays)
    ]
    values: dict[str, Any] = {
        "shipment": "CT-0001",
        "payload": "BAG-001",
        "profile": "fresh",
        "truly": [inside("SIM-0001")],
        "on_paper": [inside("SIM-0001")],
        "righted_at": None,
        "sampling_s": 60,
        "margin_k": 0.13,
        "judged_from": at(0),
        "judged_until": at(MINUTES),
        "hold_until": at(72 * 60),
        "viable_until": at(200),
        "hold_left_s": 70 * 3600.0,
        "out_of_label_s": 5400.0,
        "min_c": 5.0,
        "max_c": 16.9,
        "payload_c": [],
        "excursions": stays,
        "possible": stays,
        "payload_excursions": stays,
        "passages": [
            Passage(limit="label_high", side="high", level_c=8.0, at=at(30), happened=True),
            Passage(limit="absolute_high", side="high", level_c=25.0, at=at(200), happened=False),
        ],
    }
    return PayloadTruth(**{**values, **changes})


@dataclass(frozen=True)
class Service:
    """What a service without faults would answer; tests change one thing."""

    rows: tuple[Row, ...]
    verdicts: tuple[dict[str, Any], ...]
    alarms: tuple[dict[str, Any], ...]


def row(seq: int, **changes: Any) -> Row:
    values: dict[str, Any] = {
        "boot": BOOT,
        "seq": seq,
        "t_ms": at_ms(seq),
        "placed_ms": at_ms(seq),
        "received_ms": at_ms(seq) + 200,
        "event": None,
        "temp_c": temp_c(seq),
    }
    return Row(**{**values, **changes})


def excursion(began: float = 30, **changes: Any) -> dict[str, Any]:
    return {"side": "high", "began_at": at(began), "returned_at": None, **changes}


def verdict(as_of: float, *excursions: dict[str, Any], **changes: Any) -> dict[str, Any]:
    kind = "absolute" if excursions else "label"
    return {
        "as_of": at(as_of),
        "condition": "EXCURSION" if excursions else "WARNING",
        "viable_until": {"p10": at(190), "p50": at(206)},
        "excursions": list(excursions),
        "summary": {"limit_kind": kind, "limit_side": "high"},
        "reason": "readings",
        **changes,
    }


def alarm(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "excursion",
        "began_at": at(30),
        "raised_at": at(35.1),
        "returned_at": None,
        "facts": {"side": "high"},
        **changes,
    }


def service() -> Service:
    event = row(MINUTES, event="unpacked", temp_c=None)
    return Service(
        rows=(*(row(n) for n in range(MINUTES)), event),
        verdicts=(verdict(36, excursion()),),
        alarms=(alarm(),),
    )


def score(answers: Service, of: PayloadTruth | None = None, *boxes: BoxTruth) -> Score:
    """One payload and its box, or these boxes, of which the first has the rows."""
    told = Answers(
        rows=answers.rows, verdicts=answers.verdicts, alarms=answers.alarms, created_ms=at_ms(0)
    )
    boxes = boxes or (box(),)
    known = {one.box_id: one for one in boxes}
    payload = score_payload(of or truth(), known, tolerances(), told)
    readings = compare_readings(boxes[0], answers.rows, at_ms(MINUTES + 1))
    return add_up("both", [payload, Score(name="box", readings=readings)])
