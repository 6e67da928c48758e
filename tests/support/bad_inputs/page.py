"""The reference page of bad inputs, made from the cases that the tests run."""

from __future__ import annotations

from collections.abc import Iterable

from tests.support.bad_inputs import at_broker, elsewhere, over_http
from tests.support.bad_inputs.all_cases import MESSAGES
from tests.support.bad_inputs.at_broker import BrokerCase
from tests.support.bad_inputs.case import Case
from tests.support.bad_inputs.elsewhere import Elsewhere

AnyCase = Case | BrokerCase | Elsewhere

SECTIONS = {
    "Bytes, shape, texts": range(1, 34),
    "Numbers and units": range(34, 66),
    "Time": range(66, 91),
    "Position": range(91, 106),
    "Topics, clients, identities": range(106, 131),
    "Requests to the API": range(131, 151),
}
_HEAD = """\
# Bad input, case by case

What becomes of everything a box or a client may send that is not in order. Written by
`make generate` from `tests/support/bad_inputs/`, where the tests take their cases from; do not
edit by hand.

Nothing is dropped without a word: a message is stored, or it is among the rejected ones
(`coldlane rejected list`, `GET /api/v1/rejected`) with its bytes, a reason, the field and the
remedy, or both, when only a part of it is good. The message after it is never touched by it. What
the broker settles never reaches ingest; such a message gets no receipt, so the box keeps its
readings. The rule for what is left out and what is refused: [the contract](mqtt.md#telemetry).

The case is the name of its tests: `pytest -k case-017`. Messages are read one by one in
`tests/unit/ingest/test_bad_inputs.py`, and all of them in one stream of good messages, through
Mosquitto and PostgreSQL, in `tests/integration/ingest/test_bad_inputs.py`. What is settled at the
broker is sent byte by byte in `tests/integration/house/test_bad_packets.py`, to Mosquitto with the
shipped settings and access list. Tests of other subjects are named in the table. What is
sent to the API is refused with a problem that names the field and the remedy, and never sent
back.
"""


def bad_inputs_page() -> str:
    """The whole page."""
    every: list[AnyCase] = [*MESSAGES, *at_broker.CASES, *elsewhere.CASES, *over_http.CASES]
    every.sort(key=lambda case: case.number)
    parts = [_HEAD]
    for title, numbers in SECTIONS.items():
        rows = _rows(case for case in every if case.number in numbers)
        parts.append(f"## {title}\n\n| case | sent | what happens |\n|---|---|---|\n{rows}")
    return "\n".join(parts)


def _rows(cases: Iterable[AnyCase]) -> str:
    return "".join(f"| {_name(one)} | {_cell(one.what)} | {_happens(one)} |\n" for one in cases)


def _name(case: AnyCase) -> str:
    return f"case-{case.number:03d}" if isinstance(case, Elsewhere) else f"`{case.id}`"


def _happens(case: AnyCase) -> str:
    if isinstance(case, Elsewhere):
        return f"{case.happens} (`{case.test}`)"
    said = _message(case) if isinstance(case, Case) else _at_broker(case)
    return _cell(f"{said}; {case.note}" if case.note else said)


def _message(case: Case) -> str:
    rows = "stored" if case.stored == 1 else f"{case.stored} readings stored"
    if case.reason is None:
        return rows
    at = f", `{case.field}`" if case.field else ""
    reason = f"`{case.reason}`{at}"
    return f"{rows} without it: {reason}" if case.stored else f"rejected: {reason}"


def _at_broker(case: BrokerCase) -> str:
    return {
        "heard": "delivered as any other",
        "nothing": "the broker does not deliver it",
        "closed": "the broker ends the connection",
    }[case.outcome]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\r", "").replace("\n", " ").replace("\x00", "NUL")
