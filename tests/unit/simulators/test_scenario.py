"""Scenario files: the shipped ones hold, and a mistake is named with its line and a remedy."""

from pathlib import Path

import pytest

from services.core.domain.errors import Invalid, NotFound
from simulators.lanes import LANES
from simulators.scenario import load_scenario, parse_scenario, shipped_scenarios

DEMO = Path("simulators/scenarios/demo.toml").read_text("utf-8")


def line_of(text: str) -> int:
    return DEMO[: DEMO.index(text)].count("\n") + 1


@pytest.mark.parametrize("name", shipped_scenarios())
def test_every_shipped_scenario_can_be_read(name: str) -> None:
    assert load_scenario(name).name == name


def test_the_demonstration_has_forty_boxes_on_six_lanes_and_one_failure() -> None:
    groups = load_scenario("demo").groups
    assert sum(group.count for group in groups) == 40
    assert {group.lane for group in groups} == set(LANES)
    assert [group.count for group in groups if group.failure] == [1]
    assert {group.site for group in groups} == {"PVG", "ZJ"}


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ("elapsed_h = 48.0", 'elapsed_h = "two days"', "elapsed_h"),
        ("history_s = 60", "history_s = 600", "sampling.history_s"),
        ("live_s = 10\n", "live_s = 15\n", "sampling.live_s"),
        ('lane = "FRA-PVG"', 'lane = "FRA-PGV"', "groups[0].lane"),
        ('step = "customs"', 'step = "custom"', "groups[0].step"),
        ('site = "ZJ"', 'site = "HKG"', "groups[3].site"),
        ('container = "dry_shipper"', 'container = "passive_long"', "groups[0].failure"),
        ('shipper = "Rhein-Main', 'shiper = "Rhein-Main', "groups[0]"),
    ],
)
def test_a_mistake_is_named_with_its_line(right: str, wrong: str, says: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_scenario(DEMO.replace(right, wrong, 1), "my.toml")
    assert says in str(caught.value)
    assert "my.toml:" in str(caught.value)
    assert caught.value.remedy


def test_the_line_is_the_right_one() -> None:
    right = 'lane = "MFM-PVG"'
    with pytest.raises(Invalid) as caught:
        parse_scenario(DEMO.replace(right, 'lane = "MFM-PGV"', 1), "my.toml")
    assert str(caught.value).startswith(f"my.toml:{line_of(right)}: groups[5].lane")


def test_broken_toml_names_its_line() -> None:
    with pytest.raises(Invalid, match="line 1"):
        parse_scenario("name = demo", "my.toml")


def test_an_unknown_name_lists_what_there_is() -> None:
    with pytest.raises(NotFound) as caught:
        load_scenario("nothing-like-it")
    assert "demo" in str(caught.value.remedy)
