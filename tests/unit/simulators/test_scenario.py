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
    abroad = {"HKG-PVG", "MFM-PVG", "NRT-PVG", "FRA-PVG", "PVG-NRT", "PVG-FRA"}
    assert {group.lane for group in groups} == abroad < LANES.keys()
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


BROKEN = Path("simulators/scenarios/broken-fleet.toml").read_text("utf-8")
MISHAPS = Path("simulators/scenarios/mishaps.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("right", "wrong", "choices"),
    [
        ('story = "split"', 'story = "spilt"', "repacked, reused, split, swapped"),
        (
            'container = "room"',
            'container = "rom"',
            "dry_shipper, passive_long, passive_short, room",
        ),
        ('bay_class = "cryogenic"', 'bay_class = "cold"', "ambient, apron, cold_2_8, cryogenic"),
    ],
)
def test_what_may_stand_there_is_the_remedy(right: str, wrong: str, choices: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_scenario(MISHAPS.replace(right, wrong, 1), "my.toml")
    assert choices in str(caught.value.remedy)


@pytest.mark.parametrize(
    ("text", "right", "wrong", "says"),
    [
        (BROKEN, 'kind = "dropout"', 'kind = "drop_out"', "groups[0].faults[0].kind"),
        (BROKEN, 'kind = "duplicate"', 'kind = "twice"', "groups[0].faults[1].kind"),
        (BROKEN, "to_s = 25.0", "to_s = 5.0", "groups[0].faults[0].to_s"),
        (BROKEN, "rate = 0.3", "rate = 1.3", "groups[0].faults[2].rate"),
        (BROKEN, "value = 20.0\nwhich = [2]", "which = [9]", "groups[0].faults[3].which"),
        (BROKEN, 'since = "to_airport"', 'since = "airborne"', "faults[0].since"),
        (MISHAPS, 'former_lane = "FRA-PVG"', 'former_lane = "PVG-FRA"', "groups[0].former_lane"),
        (MISHAPS, "count = 2", "count = 3", "groups[1].count"),
        (MISHAPS, 'story = "split"', 'story = "spilt"', "groups[2].story"),
        (MISHAPS, 'container = "room"', 'container = "passive_long"', "groups[9].container"),
        (MISHAPS, 'site = "PVG"\nfrom_s', 'site = "XXX"\nfrom_s', "power_cuts[0].site"),
    ],
)
def test_a_mistake_in_faults_and_stories_is_named_on_its_line(
    text: str, right: str, wrong: str, says: str
) -> None:
    assert right in text
    with pytest.raises(Invalid) as caught:
        parse_scenario(text.replace(right, wrong, 1), "my.toml")
    key = says.rsplit(".", 1)[1]
    line = int(str(caught.value).split(":")[1])
    assert says in str(caught.value)
    assert text.replace(right, wrong, 1).splitlines()[line - 1].startswith(key)
    assert caught.value.remedy


def test_an_unknown_fault_lists_what_there_is() -> None:
    with pytest.raises(Invalid) as caught:
        parse_scenario(BROKEN.replace('"dropout"', '"drop_out"', 1), "my.toml")
    assert "clock_jump" in str(caught.value.remedy)


def test_a_fault_that_never_comes_by_chance_has_no_rate() -> None:
    wrong = BROKEN.replace("to_s = -1800.0", "rate = 0.5", 1)
    with pytest.raises(Invalid, match=r"clock_jump does not come by chance"):
        parse_scenario(wrong, "my.toml")


def test_broken_toml_names_its_line() -> None:
    with pytest.raises(Invalid, match="line 1"):
        parse_scenario("name = demo", "my.toml")


def test_an_unknown_name_lists_what_there_is() -> None:
    with pytest.raises(NotFound) as caught:
        load_scenario("nothing-like-it")
    assert "demo" in str(caught.value.remedy)
