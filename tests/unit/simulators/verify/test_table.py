"""What a person reads: no figure gives way to a long list of alarms."""

from collections import Counter
from io import StringIO

from rich.console import Console

from simulators.verify.loudness import Loudness
from simulators.verify.table import show
from tests.unit.simulators.verify.scoring import score, service
from tests.unit.simulators.verify.test_loudness import header


def test_a_long_list_of_alarms_is_broken_into_lines_and_every_figure_stays_whole() -> None:
    kinds = Counter(battery_low=1, clock_suspect=2, excursion=1, lid_open=1, shock=1, wrong_place=1)
    out, found = StringIO(), score(service())
    loudness = Loudness(hours=0.0, kinds=kinds, priority_1=1)
    show(Console(file=out, width=100), header(), [found], (found, loudness))
    printed = out.getvalue()
    assert "…    " not in printed
    for name in ("excursions hidden", "alarms of all kinds", *kinds):
        assert name in printed
