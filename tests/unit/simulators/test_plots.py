"""The pictures of the documentation are made by the simulator and always the same."""

from itertools import pairwise
from xml.etree import ElementTree

import pytest

from scripts.plots import CASES, Case, draw, simulate


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_picture_is_svg_with_four_curves_and_the_same_each_time(case: Case) -> None:
    picture = draw(case)
    root = ElementTree.fromstring(picture)  # noqa: S314 - our own text
    assert len(root.findall("{http://www.w3.org/2000/svg}polyline")) == 4
    assert draw(case) == picture


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_coolant_only_ever_gets_less_and_holds_the_payload_while_it_is_there(case: Case) -> None:
    _, samples = simulate(case)
    left = [sample.coolant_pct for sample in samples]
    assert all(after <= before + 0.5 for before, after in pairwise(left))
    held = [sample.payload_c for sample in samples if sample.coolant_pct > 5]
    assert max(held) - min(held) < 2
