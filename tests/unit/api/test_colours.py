"""The colours of both themes: read by everybody, and told apart by who is colour-blind."""

import re
from itertools import combinations, product
from pathlib import Path

import pytest

from tests.support.colours import BLINDNESS, Triple, contrast, distance, seen

SHEETS = Path(__file__).parents[3] / "services/api/static/css"
TOKEN = re.compile(r"--([\w-]+): (#[0-9a-f]+);")
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
INK = re.compile(r"(?<![\w-])color: var\(--([\w-]+)\)")
GROUND = re.compile(r"(?<![\w-])background(?:-color)?: var\(--([\w-]+)\)")
THEMES = ("dark", "light")

# WCAG 2.2: 1.4.3 for words, 1.4.11 for edges, the ring of the focus, and what a curve is made of.
WORDS, SHAPES = 4.5, 3.0
PLAIN = ("bg0", "bg1", "bg2", "bg3")
TINTED = ("acc-bg", "crit-bg", "warn-bg", "stale-bg", "done-bg", "adv-bg")
GREY_INKS = ("tx", "tx2", "tx3")
COLOURED_INKS = ("acc", "crit", "warn", "stale", "done")
# What is filled, with the only ink that stands on it.
FILLED = {"acc": "on-acc", "crit-fill": "on-crit", "warn-fill": "on-warn", "tx": "bg1"}
# What is drawn in the plot, whose ground is a panel, and over the band of what is allowed.
CURVES = ("series", "crit", "warn", "tx")
# Amber is too bright for a light ground: there it is only ever a fill under a dark sign.
MARKS = ("crit-fill", "adv", "stale", "ok", "done", "acc")
STATES = ("crit-fill", "warn-fill", "adv", "stale", "ok", "done", "acc")
# The specification of the pages (6.1) measured 9 to 15 between the two nearest states; a
# difference of 2.3 is just noticed side by side (Mahy, Van Eycken, Oosterlinck 1994, in CIELAB).
# Shape and words say each state as well: no colour says it alone.
FLOOR = 8.5


def tokens(theme: str) -> dict[str, str]:
    text = (SHEETS / "tokens.css").read_text(encoding="utf-8")
    _, _, rest = text.partition(f'[data-theme="{theme}"] {{')
    return dict(TOKEN.findall(rest.partition("}")[0]))


def rules() -> list[tuple[str, str]]:
    """Each rule of each sheet: its selector, and what stands between its braces."""
    sheets = sorted(SHEETS.glob("*.css"))
    return [found for sheet in sheets for found in RULE.findall(sheet.read_text("utf-8"))]


def too_faint(theme: str, pairs: set[tuple[str, str]], least: float) -> dict[str, float]:
    of = tokens(theme)
    found = {f"{ink} on {ground}": contrast(of[ink], of[ground]) for ink, ground in pairs}
    return {pair: round(ratio, 2) for pair, ratio in found.items() if ratio < least}


def word_pairs() -> set[tuple[str, str]]:
    """What may stand on what: grey words everywhere, coloured ones on panels and their own tint."""
    pairs = {*product(GREY_INKS, PLAIN + TINTED), *product(COLOURED_INKS, (*PLAIN, "acc-bg"))}
    pairs |= {(ink, f"{ink}-bg") for ink in COLOURED_INKS}
    return pairs | {(ink, fill) for fill, ink in FILLED.items()}


@pytest.mark.parametrize("theme", THEMES)
def test_words_are_read_on_every_ground_that_they_stand_on(theme: str) -> None:
    assert too_faint(theme, word_pairs(), WORDS) == {}


@pytest.mark.parametrize("theme", THEMES)
def test_what_one_rule_sets_upon_another_is_read(theme: str) -> None:
    of = tokens(theme)
    pairs = {
        (ink, ground)
        for _, body in rules()
        for ink, ground in product(INK.findall(body)[-1:], GROUND.findall(body)[-1:])
        if ink in of and ground in of
    }
    assert len(pairs) > len(FILLED)
    assert too_faint(theme, pairs, WORDS) == {}


def test_no_sheet_writes_or_fills_with_a_colour_that_is_not_looked_at() -> None:
    """Whoever takes another token for words or grounds enters it above."""
    of = set(tokens("dark"))
    inks = {name for _, body in rules() for name in INK.findall(body)} & of
    assert inks <= {*GREY_INKS, *COLOURED_INKS, *FILLED.values(), "adv", "ok", "crit-fill"}


@pytest.mark.parametrize("theme", THEMES)
def test_edges_of_controls_and_the_ring_of_the_focus_are_seen(theme: str) -> None:
    pairs = {*product(("ctl", "acc"), PLAIN + TINTED), *product(("acc",), ("sea", "land"))}
    assert too_faint(theme, pairs, SHAPES) == {}


@pytest.mark.parametrize("theme", THEMES)
def test_curves_limits_and_ways_are_seen(theme: str) -> None:
    pairs = {*product(CURVES, ("bg1", "band")), ("band-line", "bg1"), ("route", "sea")}
    assert too_faint(theme, pairs, SHAPES) == {}


@pytest.mark.parametrize("theme", THEMES)
def test_marks_are_seen_and_amber_never_without_its_sign(theme: str) -> None:
    assert too_faint(theme, {*product(MARKS, ("bg0", "bg1", "bg2", "acc-bg", "sea"))}, SHAPES) == {}
    of = tokens(theme)
    assert contrast(of["on-warn"], of["warn-fill"]) >= WORDS


@pytest.mark.parametrize("blindness", BLINDNESS)
@pytest.mark.parametrize("theme", THEMES)
def test_states_are_told_apart_by_whoever_sees_fewer_colours(theme: str, blindness: str) -> None:
    of = tokens(theme)
    apart = {
        f"{one} and {other}": distance(seen(of[one], blindness), seen(of[other], blindness))
        for one, other in combinations(STATES, 2)
    }
    assert {pair: round(far, 1) for pair, far in apart.items() if far < FLOOR} == {}


@pytest.mark.parametrize(
    ("one", "other", "far"),
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, -1.0, 2.0), (50.0, 0.0, 0.0), 2.3669),
        ((50.0, 2.49, -0.001), (50.0, -2.49, 0.0011), 7.2195),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((22.7233, 20.0904, -46.694), (23.0331, 14.973, -42.5619), 2.0373),
        ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_distance_is_that_of_its_authors_own_pairs(
    one: Triple, other: Triple, far: float
) -> None:
    """From the table of Sharma, Wu and Dalal 2005."""
    assert distance(one, other) == pytest.approx(far, abs=5e-5)


def test_colours_that_fell_together_in_a_first_palette_are_found() -> None:
    """Violet and blue of one lightness: protans saw one colour."""
    violet, blue = (seen(colour, "protan") for colour in ("#bda8ff", "#62b4ff"))
    assert distance(violet, blue) < 5
    assert contrast("#000", "#ffffff") == pytest.approx(21)
