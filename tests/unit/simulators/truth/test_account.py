"""The truth follows the payload: through a swap, into another box, out of a box used again."""

from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise

from services.core.domain.viability.shipped import SHIPPED_PROFILES
from simulators.custody import bags_of
from simulators.factory import make_box
from simulators.plan import BoxPlan, Run, plan_boxes
from simulators.scenario import load_scenario
from simulators.truth.account import Watched, payload_account
from simulators.truth.document import PayloadTruth
from simulators.truth.limits import read_tolerances
from simulators.truth.witness import Witness

RUN = Run(
    scenario=load_scenario("mishaps"), seed=7, start=datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)
)
ENDED_AT = RUN.present + timedelta(seconds=60)


def watched(plan: BoxPlan) -> Watched:
    witness = Witness(plan.former.journey if plan.former else None)
    box = make_box(RUN, plan)
    box.witness = witness
    box.advance(ENDED_AT)
    return Watched(run=RUN, plan=plan, box=box, witness=witness)


@cache
def truths(story: str) -> list[PayloadTruth]:
    """Of the bags of one story, in the order of their boxes."""
    plans = [p for p in plan_boxes(RUN, RUN.scenario.boxes) if p.group.story == story]
    boxes: dict[str, Watched] = {plan.box_id: watched(plan) for plan in plans}
    documents = {str(profile.profile_id): profile.to_document() for profile in SHIPPED_PROFILES}
    tolerances = read_tolerances(documents[plans[0].group.profile])
    return [payload_account(bag, boxes, tolerances, ENDED_AT) for bag in bags_of(plans)]


def test_what_a_box_suffered_with_its_former_bag_is_not_the_next_ones() -> None:
    former, later = truths("reused")
    assert [one.last_box for one in (former, later)] == [later.last_box] * 2
    assert former.judged_until < later.judged_from
    assert any(stay.certain for stay in former.excursions)
    assert (later.excursions, later.out_of_label_s) == ([], 0.0)
    assert later.max_c is not None
    assert later.max_c < 8 < max(high for _, _, _, high in former.payload_c)


def test_what_would_have_become_of_a_former_bag_is_told_without_the_new_charge() -> None:
    former, _ = truths("reused")
    high = next(one for one in former.passages if one.limit == "label_high")
    assert high.happened
    assert all(passage.at is None or passage.at > "2026" for passage in former.passages)


def test_a_bag_on_wrong_papers_is_judged_by_the_box_it_is_in() -> None:
    warm, cool = truths("swapped")
    assert warm.righted_at == cool.righted_at == "2026-11-23T00:00:30Z"
    assert (warm.truly, warm.on_paper) == (cool.on_paper, cool.truly)
    assert [any(s.certain for s in one.excursions) for one in (warm, cool)] == [True, False]


def test_of_a_split_shipment_each_bag_has_its_own_truth() -> None:
    cool, warm = truths("split")
    assert cool.shipment == warm.shipment
    assert cool.payload != warm.payload
    assert [len(one.excursions) for one in (cool, warm)] == [0, 1]


def test_an_excursion_goes_on_when_the_bag_is_moved_and_the_line_has_no_hole() -> None:
    (bag,) = truths("repacked")
    first, second = bag.truly
    assert first.ends == second.begins
    assert bag.last_box == second.box_id
    warm = [rows for rows in bag.payload_c if rows[3] > 8]
    assert warm[-1][0] + 1200 > ENDED_AT.timestamp()  # still warm in the sound box
    assert len(bag.payload_excursions) == 1
    begins = [rows[0] for rows in bag.payload_c]
    assert {b - a for a, b in pairwise(begins)} == {600}


def test_a_shipment_cancelled_before_its_box_was_closed_is_never_judged() -> None:
    (bag,) = truths("cancelled")
    assert bag.judged_until <= bag.judged_from
    assert (bag.excursions, bag.payload_c, bag.max_c) == ([], [], None)
