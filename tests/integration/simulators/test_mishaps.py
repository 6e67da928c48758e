"""Every mishap of a journey, on a whole system, held against the truth payload by payload."""

from collections.abc import Iterator

import pytest

from tests.integration.local.running import up
from tests.integration.simulators.held import Held

pytestmark = pytest.mark.timeout(300)

RUN_S = 60  # the swap is found 30 s after the present
_BAGS = {
    "reused": ("001B", "001"),
    "swapped": ("002", "011"),
    "split": ("003", "012"),
    "repacked": ("004",),
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    home = tmp_path_factory.mktemp("mishaps")
    system = up(home / "data")
    system.await_ready()
    yield Held(system, home, "mishaps", "--duration-s", str(RUN_S))
    system.end()


def test_the_service_takes_every_mishap(told: Held) -> None:
    assert told.totals["boxes"] == 13
    states = told.one("SELECT string_agg(state, ',') FROM shipment").split(",")
    assert len(states) == 11
    assert states.count("received") == 1  # the first of the box that is used again
    assert states.count("cancelled") == 1
    kinds = set(told.one("SELECT string_agg(DISTINCT kind, ',') FROM milestone").split(","))
    assert {"offloaded", "leg_cancelled", "diverted", "cancelled"} <= kinds
    corrected = "SELECT count(*) FROM assignment WHERE reason LIKE 'boxes were swapped%'"
    assert told.one(corrected) == 2
    assert told.one("SELECT count(*) FROM box WHERE kind = 'room'") == 1
    assert told.one("SELECT count(*) FROM rejected_message") == 0
    assert told.one("SELECT count(*) FROM box WHERE NOT simulated") == 0


def test_every_bound_holds_for_every_box_and_payload(told: Held) -> None:
    assert (told.exit_code, told.found["broken"]) == (0, [])
    assert len(told.found["boxes"]) == 13
    assert len(told.found["payloads"]) == len(told.payloads) == 12
    total = told.found["total"]
    assert total["readings"]["expected"] > 5000
    assert (total["excursions"]["true"], total["excursions"]["hidden"]) == (4, 0)
    assert (total["alarms"]["missed"], total["alarms"]["false"]) == (0, 0)


@pytest.mark.parametrize(
    ("story", "excursions"),
    [("reused", [1, 0]), ("swapped", [1, 0]), ("split", [0, 1]), ("repacked", [1])],
)
def test_verdicts_follow_the_payload(told: Held, story: str, excursions: list[int]) -> None:
    scores = [told.payload(number)[1]["excursions"] for number in _BAGS[story]]
    assert [score["true"] for score in scores] == excursions
    assert [score["told"] for score in scores] == excursions


def test_what_wrong_papers_rang_is_told_apart_from_false_alarms(told: Held) -> None:
    _, cool = told.payload(_BAGS["swapped"][1])
    assert cool["alarms"]["by_papers"] == 1
    assert cool["forecasts"]["overtaken"] >= 1


def test_a_cancelled_shipment_is_never_judged(told: Held) -> None:
    truth, score = told.payload("008")
    assert truth["payload_c"] == []
    assert (score["excursions"]["told"], score["alarms"]["raised"]) == (0, 0)
