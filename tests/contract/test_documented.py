"""What a person can set, read or call is written down."""

import re
from dataclasses import asdict
from pathlib import Path

import pytest

from scripts.check.environment import known_variables
from scripts.metrics_page import metrics_page
from services.alerts.service import Counters as AlertsCounters
from services.api.metrics import ALERTS_COUNTS, INGEST_COUNTS
from services.core.storage.database import Channel
from services.core.storage.schema import metadata
from services.ingest.counters import Counters as IngestCounters
from tests.support.bad_inputs import at_broker, elsewhere, over_http
from tests.support.bad_inputs.all_cases import MESSAGES
from tests.support.bad_inputs.page import bad_inputs_page

_EVENT = re.compile(r'"event": "(\w+)"')


@pytest.fixture
def docs(pytestconfig: pytest.Config) -> Path:
    return pytestconfig.rootpath / "docs" / "reference"


def test_every_setting_is_documented(docs: Path) -> None:
    page = (docs / "settings.md").read_text()
    assert [name for name in sorted(known_variables()) if f"`{name}`" not in page] == []


def test_every_table_is_documented(docs: Path) -> None:
    page = (docs / "tables.md").read_text()
    assert [name for name in sorted(metadata.tables) if f"`{name}`" not in page] == []


def test_no_table_is_documented_that_does_not_exist(docs: Path) -> None:
    firsts = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", (docs / "tables.md").read_text(), re.M)
    named = {name for first in firsts for name in re.findall(r"\w+", first)}
    assert named - set(metadata.tables) - {channel.value for channel in Channel} == set()


def test_every_channel_is_documented(docs: Path) -> None:
    page = (docs / "tables.md").read_text()
    assert [channel for channel in Channel if f"`{channel.value}`" not in page] == []


def test_every_make_target_is_documented(docs: Path, pytestconfig: pytest.Config) -> None:
    makefile = (pytestconfig.rootpath / "Makefile").read_text()
    targets = re.findall(r"^([a-z-]+):.*## ", makefile, re.M)
    page = (docs / "make.md").read_text()
    assert len(targets) > 5
    assert [target for target in targets if f"`make {target}`" not in page] == []


def test_every_make_target_explains_itself(pytestconfig: pytest.Config) -> None:
    makefile = (pytestconfig.rootpath / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.M)
    assert phony is not None
    explained = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.M))
    assert set(phony[1].split()) - explained == set()


def test_page_of_bad_inputs_is_that_of_the_tests(docs: Path) -> None:
    assert (docs / "bad-inputs.md").read_text() == bad_inputs_page(), "run: make generate"


def test_every_number_of_the_list_of_bad_inputs_has_a_case() -> None:
    found = {case.number for case in MESSAGES} | {case.number for case in at_broker.CASES}
    found |= {case.number for case in (*elsewhere.CASES, *over_http.CASES)}
    assert sorted(set(range(1, 151)) - found) == []


def test_every_case_of_bad_input_has_a_name_of_its_own() -> None:
    names = [case.id for case in MESSAGES] + [case.id for case in at_broker.CASES]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    "case",
    [*elsewhere.CASES, *over_http.CASES],
    ids=lambda case: f"{case.number}-{case.test.partition('::')[2]}",
)
def test_test_that_the_page_of_bad_inputs_names_exists(
    case: elsewhere.Elsewhere, pytestconfig: pytest.Config
) -> None:
    path, _, name = case.test.partition("::")
    assert f"def {name}(" in (pytestconfig.rootpath / path).read_text()


def test_every_count_of_ingest_and_alerts_is_a_figure(docs: Path) -> None:
    page = (docs / "metrics.md").read_text()
    assert page == metrics_page(), "run: make generate"
    shown_otherwise = {"messages", "repeated", "rejected", "waiting", "lag_s"}
    told = asdict(IngestCounters())
    counts = {name for name, value in told.items() if type(value) is int} - shown_otherwise
    assert counts == INGEST_COUNTS.keys()
    told = asdict(AlertsCounters())
    assert {name for name, value in told.items() if type(value) is int} == ALERTS_COUNTS.keys()


def test_every_event_of_the_logs_is_documented_and_no_other(
    docs: Path, pytestconfig: pytest.Config
) -> None:
    sources = (pytestconfig.rootpath / "services").rglob("*.py")
    written = {name for one in sources for name in _EVENT.findall(one.read_text())}
    firsts = re.findall(r"^\| (`[^|]+`) \|", (docs / "logs.md").read_text(), re.M)
    assert {name for first in firsts for name in re.findall(r"\w+", first)} == written
