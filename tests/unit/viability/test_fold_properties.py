"""What must hold for every journey, however its readings arrived."""

from __future__ import annotations

import json
from datetime import timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from services.core.domain.viability.assessment import assess, continues, fold
from services.core.domain.viability.case import Clocks
from services.core.domain.viability.container import ContainerKind
from services.core.domain.viability.profile import MaterialProfile
from services.core.domain.viability.sample import Sample, in_order
from services.core.domain.viability.shipped import CART_CRYO_150, LEUKAPHERESIS_FRESH_2_8
from services.core.domain.viability.state import JourneyState
from tests.support.effort import examples
from tests.unit.viability.builders import a_case, a_profile, a_sample, at

SPONSORS = a_profile(
    numbers={"lag_tau_min": 10.0, "container_hold_h": 30.0, "coolant_melts_c": 5.0,
             "ambient_qualified_c": 30.0, "age_budget_h": 20.0},
    bands=[{"single_min": 20.0, "cumulative_min": 45.0},
           {"name": "cold", "side": "low", "threshold_c": 1.0, "cumulative_min": 30.0}],
    age_binds=True,
    container=ContainerKind.PASSIVE_BOX,
)  # fmt: skip
TILTED = a_profile(CART_CRYO_150, {"container_hold_h": 40.0})
PROFILES = st.sampled_from([LEUKAPHERESIS_FRESH_2_8, CART_CRYO_150, SPONSORS, TILTED])
BASE_C = {LEUKAPHERESIS_FRESH_2_8.profile_id: 5.0, CART_CRYO_150.profile_id: -152.0}
EVENTS = st.sampled_from(
    [None] * 9 + ["radio_off", "radio_on", "lid_opened", "lid_closed", "shock", "refilled"]
)
TILTS = st.sampled_from([None, 0.0, 10.0, 60.0, 170.0])
AMBIENTS = st.sampled_from([None, 4.0, 20.0, 41.0])


Journey = tuple[MaterialProfile, list[Sample]]


@st.composite
def journeys(draw: st.DrawFn) -> Journey:
    """A profile and up to 60 samples around its limits: gaps, faults, events, two boots, a swap."""
    profile = draw(PROFILES)
    steps = draw(st.lists(st.floats(0, 25).map(lambda m: round(m, 3)), min_size=1, max_size=60))
    minute, found = 0.0, []
    for seq, step in enumerate(steps):
        minute += step
        wobble = draw(st.one_of(st.floats(-9, 9), st.sampled_from([-127.0, 85.0, None, 0.5, 0.5])))
        temp_c = wobble if wobble in (-127.0, 85.0, None) else BASE_C[profile.profile_id] + wobble
        event = draw(EVENTS)
        found.append(
            a_sample(
                minute,
                None if event else temp_c,
                seq=seq,
                event=event,
                boot="9f3c21aa" if seq < 30 else "01020304",
                box_id="CB-0001" if seq < 45 else "CB-0002",
                tilt_deg=draw(TILTS),
                ambient_c=draw(AMBIENTS),
            )
        )
    return profile, found


def as_bytes(state: JourneyState) -> bytes:
    return json.dumps(state.to_document(), sort_keys=True).encode()


@given(journeys(), st.data())
@settings(max_examples=examples(150), deadline=None)
def test_half_and_then_the_rest_is_the_whole(journey: Journey, data: st.DataObject) -> None:
    profile, found = journey
    case, now = a_case(profile, heard_min=60), at(1600)
    cut = data.draw(st.integers(0, len(found)))
    first = assess(case, None, found[:cut], now)
    stored = JourneyState.from_document(json.loads(json.dumps(first.state.to_document())))
    rest = found[cut:]
    if not continues(case, stored, rest):  # two samples at one instant: the rule is to begin anew
        return
    both, whole = assess(case, stored, rest, now), assess(case, None, found, now)
    assert as_bytes(both.state) == as_bytes(whole.state)
    assert both.assessment == whole.assessment


@given(journeys(), st.data())
@settings(max_examples=examples(100), deadline=None)
def test_folding_on_leaves_the_checkpoint_as_it_was(journey: Journey, data: st.DataObject) -> None:
    profile, found = journey
    case, cut = a_case(profile), data.draw(st.integers(0, len(found)))
    state = fold(case, None, found[:cut])
    before = as_bytes(state)
    if continues(case, state, found[cut:]):
        fold(case, state, found[cut:])
    assert as_bytes(state) == before


@given(journeys(), st.data())
@settings(max_examples=examples(150), deadline=None)
def test_from_any_checkpoint_on_the_whole_is_reached(journey: Journey, data: st.DataObject) -> None:
    profile, found = journey
    case = a_case(profile)
    marks: list[JourneyState] = []
    whole = fold(case, None, found, marks)
    assert as_bytes(whole) == as_bytes(fold(case, None, found))
    if not marks:
        return
    mark = data.draw(st.sampled_from(marks))
    rest = [s for s in found if s.placed_us > (mark.heard_us or 0)]
    assert as_bytes(fold(case, mark, rest)) == as_bytes(whole)


@given(journeys(), st.randoms(use_true_random=False))
@settings(max_examples=examples(150), deadline=None)
def test_the_order_of_arrival_changes_nothing(journey: Journey, random: Random) -> None:
    profile, found = journey
    case, now = a_case(profile), at(1600)
    shuffled = list(found)
    random.shuffle(shuffled)
    assert assess(case, None, shuffled, now) == assess(case, None, found, now)


@given(journeys())
@settings(max_examples=examples(100), deadline=None)
def test_asking_twice_gives_the_same_digest_and_asking_later_too(
    journey: Journey,
) -> None:
    profile, found = journey
    case = a_case(profile)
    state = fold(case, None, found)
    digests = {
        assess(case, state, [], at(1600) + timedelta(hours=hour)).assessment.inputs_hash
        for hour in range(3)
    }
    assert len(digests) == 1


@given(journeys())
@settings(max_examples=examples(100), deadline=None)
def test_a_state_survives_being_stored(journey: Journey) -> None:
    profile, found = journey
    state = fold(a_case(profile), None, found)
    stored = json.loads(json.dumps(state.to_document()))
    assert as_bytes(JourneyState.from_document(stored)) == as_bytes(state)


@given(journeys(), st.integers(0, 1600))
@settings(max_examples=examples(150), deadline=None)
def test_the_answer_does_not_change_before_the_instant_named(journey: Journey, minute: int) -> None:
    profile, found = journey
    case = a_case(profile, heard_min=30)
    state = fold(case, None, found)
    now = at(minute)
    verdict = assess(case, state, [], now).assessment
    if verdict.next_change_at is None:
        return
    just_before = verdict.next_change_at - timedelta(microseconds=1)
    later = assess(case, state, [], just_before).assessment
    said = ("condition", "evidence", "qa_hold", "binding_constraint", "viable_until", "broken")
    assert [getattr(later, name) for name in said] == [getattr(verdict, name) for name in said]


def test_time_does_not_run_back_inside_a_boot() -> None:
    found = [a_sample(0, 5.0, seq=0), a_sample(10, 5.0, seq=1), a_sample(4, 6.0, seq=2)]
    assert [s.seq for s in in_order(reversed(found))] == [0, 1, 2]
    assert in_order(found)[2].placed_us == found[1].placed_us


def test_a_late_reading_does_not_continue_a_checkpoint() -> None:
    case = a_case()
    state = fold(case, None, [a_sample(10, 5.0, seq=3)])
    assert not continues(case, state, [a_sample(9, 5.0, seq=2)])
    assert not continues(case, state, [a_sample(11, 5.0, seq=2)])
    assert continues(case, state, [a_sample(11, 5.0, seq=4)])


def test_a_checkpoint_does_not_serve_another_window_or_profile() -> None:
    state = fold(a_case(), None, [a_sample(10, 5.0), a_sample(20, 5.0)])
    packed = {"collection_end": at(0), "pack_closed_at": at(0)}
    assert not continues(a_case(CART_CRYO_150), state, [])
    assert not continues(
        a_case(clocks=Clocks(collection_end=at(0), pack_closed_at=at(5))), state, []
    )
    assert not continues(a_case(clocks=Clocks(**packed, received_at=at(15))), state, [])
    assert continues(a_case(clocks=Clocks(**packed, received_at=at(25))), state, [])
