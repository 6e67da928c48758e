"""Twelve boxes with every fault, on a whole system, held against the truth."""

from collections.abc import Iterator

import pytest

from tests.integration.local.running import up
from tests.integration.simulators.held import Held

pytestmark = pytest.mark.timeout(300)

_GOOD = "SELECT count(*) FROM reading"
_UNREADABLE = (
    "SELECT count(DISTINCT sha256) FROM rejected_message"
    " WHERE reason = 'out_of_range' OR position('NaN'::bytea IN payload) > 0"
)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    """After a run of the scenario to its own end."""
    home = tmp_path_factory.mktemp("broken")
    system = up(home / "data")
    system.await_ready()
    yield Held(system, home, "broken-fleet", "--seed", "7")
    system.end()


def test_all_good_records_are_stored_once_and_the_bad_ones_are_listed(told: Held) -> None:
    assert told.totals["boxes"] == 12
    distinct = "SELECT count(*) FROM (SELECT DISTINCT boot_no, seq FROM reading) AS one"
    assert told.one(_GOOD) == told.one(distinct)
    # Some readings cannot be read by anybody; a few more were logged in the last seconds.
    unreadable = told.one(_UNREADABLE)
    assert unreadable >= 10
    assert 0 <= told.totals["logged"] - told.one(_GOOD) - unreadable <= 12
    assert told.one("SELECT count(*) FROM key_conflict") == 0
    assert told.one("SELECT count(DISTINCT box_no) FROM reading") == 12
    assert told.one("SELECT count(*) FROM watermark") == 15

    query = "SELECT string_agg(DISTINCT reason, ',') FROM rejected_message"
    reasons = set(told.one(query).split(","))
    assert {"foreign_shard", "unknown_box", "box_mismatch", "out_of_range"} <= reasons
    assert reasons & {"not_json", "bad_text"}


def test_nothing_is_lost_doubled_or_altered_and_no_excursion_missed(told: Held) -> None:
    assert (told.exit_code, told.found["broken"]) == (0, [])
    assert told.found["total"]["readings"]["expected"] > 5000
    assert told.found["total"]["alarms"]["missed"] == 0
