"""A service that answers wrongly is seen: each kind of fault is made once and must be counted."""

from dataclasses import replace
from typing import Any

import pytest

from simulators.truth.account import from_s, to_text
from simulators.truth.document import BoxTruth, TrueLog
from simulators.verify.scores import add_up
from tests.unit.simulators.verify.scoring import (
    BOOT,
    MINUTES,
    START_S,
    Service,
    alarm,
    at,
    at_ms,
    box,
    excursion,
    inside,
    row,
    score,
    service,
    truth,
    verdict,
)


def test_a_service_without_faults_breaks_no_bound() -> None:
    found = score(service())
    assert found.broken() == []
    assert found.readings.expected == MINUTES + 1
    assert (found.excursions.true, found.excursions.told) == (1, 1)
    assert (found.alarms.due, found.alarms.missed, found.alarms.false) == (1, 0, 0)


def test_a_reading_that_is_not_stored_is_lost() -> None:
    right = service()
    found = score(replace(right, rows=(*right.rows[:50], *right.rows[51:])))
    assert found.broken() == ["1 readings lost"]
    assert found.readings.examples == [f"lost: boot {BOOT} seq 50"]


def test_a_reading_that_is_stored_twice_is_doubled() -> None:
    right = service()
    assert score(replace(right, rows=(*right.rows, row(50)))).broken() == ["1 readings doubled"]


@pytest.mark.parametrize(
    "change", [{"temp_c": 10.01}, {"t_ms": 0}, {"temp_c": None}, {"event": "tilt"}]
)
def test_a_reading_with_other_content_is_altered(change: dict[str, Any]) -> None:
    rows = list(service().rows)
    rows[50] = replace(rows[50], **change)
    assert score(replace(service(), rows=tuple(rows))).broken() == ["1 readings altered"]


@pytest.mark.parametrize("change", [{"seq": 999}, {"boot": "00000000"}])
def test_a_reading_that_no_box_made_is_invented(change: dict[str, Any]) -> None:
    right = service()
    stranger = replace(row(50), **change)
    found = score(replace(right, rows=(*right.rows, stranger)))
    assert found.broken() == ["1 readings invented"]


def test_what_comes_after_the_run_is_neither_invented_nor_missing() -> None:
    right = service()
    later = row(999, received_ms=at_ms(MINUTES + 5))
    found = score(replace(right, rows=(*right.rows, later)))
    assert (found.broken(), found.readings.later) == ([], 1)


def test_what_the_box_could_not_deliver_waits_and_is_not_lost() -> None:
    log = box().logs[0]
    withheld = TrueLog(
        boot=log.boot, readings=log.readings, events=log.events, undelivered=[117, 118, 119]
    )
    right = service()
    rows = tuple(one for one in right.rows if one.seq not in {117, 118, 119})
    found = score(replace(right, rows=rows), truth(), box(logs=[withheld]))
    assert (found.broken(), found.readings.waiting) == ([], 3)


def test_an_excursion_that_no_verdict_tells_is_missed() -> None:
    found = score(replace(service(), verdicts=(verdict(36),)))
    assert found.broken() == ["1 excursions missed"]


def test_an_excursion_that_was_none_is_invented() -> None:
    told = verdict(36, excursion(), excursion(10, side="low", returned_at=at(25)))
    assert score(replace(service(), verdicts=(told,))).broken() == ["1 excursions invented"]


def test_an_excursion_on_the_other_side_is_both_missed_and_invented() -> None:
    found = score(replace(service(), verdicts=(verdict(36, excursion(side="low")),)))
    assert found.broken() == ["1 excursions missed", "1 excursions invented"]


def test_a_payload_that_is_never_judged_is_told() -> None:
    found = score(replace(service(), verdicts=()))
    assert "1 payloads without a verdict" in found.broken()


def test_an_excursion_that_nothing_delivered_shows_is_hidden_and_not_demanded() -> None:
    log = box().logs[0]
    flat = TrueLog(
        boot=BOOT,
        readings=[(seq, t_ms, 5.0, true_ms) for seq, t_ms, _, true_ms in log.readings],
        events=log.events,
        undelivered=[],
    )
    stuck = Service(
        rows=tuple(replace(one, temp_c=5.0) if not one.event else one for one in service().rows),
        verdicts=(verdict(36),),
        alarms=(),
    )
    found = score(stuck, truth(), box(logs=[flat]))
    assert (found.broken(), found.excursions.hidden) == ([], 1)


def test_an_excursion_that_only_the_probe_reports_is_not_held_against_the_service() -> None:
    untrue = truth(excursions=[], possible=[], payload_excursions=[])
    found = score(service(), untrue)
    assert (found.broken(), found.excursions.instrument) == ([], 1)


def test_two_spikes_past_a_limit_excuse_what_the_service_makes_of_them() -> None:
    """Each alone is no stay; but the first passes a limit, and the second comes within its time."""
    log = box().logs[0]
    spikes = {40: 26.0, 48: 12.0}
    spiky = TrueLog(
        boot=BOOT,
        readings=[(n, t, spikes.get(n, 5.0), true) for n, t, _, true in log.readings],
        events=[],
        undelivered=[],
    )
    untrue = truth(excursions=[], possible=[], payload_excursions=[], passages=[])
    told = replace(service(), verdicts=(verdict(60, excursion(39.2, returned_at=at(58.9))),))
    found = score(replace(told, alarms=()), untrue, box(logs=[spiky])).excursions
    assert (found.invented, found.instrument) == (0, 1)
    mild = TrueLog(
        boot=BOOT,
        readings=[(n, t, {40: 12.0}.get(n, c), true) for n, t, c, true in spiky.readings],
        events=[],
        undelivered=[],
    )
    assert score(replace(told, alarms=()), untrue, box(logs=[mild])).excursions.invented == 1


def test_the_error_of_its_beginning_is_told_less_true() -> None:
    found = score(replace(service(), verdicts=(verdict(36, excursion(30.5)),)))
    assert found.excursions.began_error_s == [pytest.approx(30.0)]


def test_an_alarm_that_does_not_ring_is_missed() -> None:
    assert score(replace(service(), alarms=())).alarms.missed == 1


def test_an_alarm_without_reason_is_false() -> None:
    low = alarm(began_at=at(5), returned_at=at(20), facts={"side": "low"})
    assert score(replace(service(), alarms=(alarm(), low))).alarms.false == 1


def test_an_alarm_long_after_its_proof_was_stored_is_late() -> None:
    found = score(replace(service(), alarms=(alarm(raised_at=at(40)),)))
    assert found.alarms.late == 1
    assert found.alarms.delay_s == [pytest.approx(299.8)]


def test_a_limit_that_was_never_reached_rings_falsely() -> None:
    breach = alarm(kind="limit_breach", facts={"side": "high", "limit_kind": "absolute"})
    assert score(replace(service(), alarms=(alarm(), breach))).alarms.false == 1


def test_a_forecast_is_held_against_the_limit_it_counted_towards() -> None:
    """Safe until 190, likely until 206, truly until 200 minutes."""
    forecasts = score(service()).forecasts
    assert (forecasts.by_limit, forecasts.safe) == (1, 1)
    assert forecasts.error_h == [pytest.approx(0.1)]


def test_a_forecast_that_promised_too_much_is_not_safe() -> None:
    bold = verdict(36, excursion(), viable_until={"p10": at(210), "p50": at(300)})
    forecasts = score(replace(service(), verdicts=(bold,))).forecasts
    assert (forecasts.safe, forecasts.safe_by_limit) == (0, 0)


def test_a_forecast_of_the_hold_time_that_is_true_counts_by_the_clock() -> None:
    cool = truth(passages=[], excursions=[], possible=[])
    ends = {"p10": at(72 * 60), "p50": at(72 * 60)}
    forecasts = score(
        replace(service(), verdicts=(verdict(36, viable_until=ends),)), cool
    ).forecasts
    assert (forecasts.by_clock, forecasts.by_limit, forecasts.safe) == (1, 0, 1)


def cold(box_id: str) -> BoxTruth:
    log = box().logs[0]
    flat = TrueLog(
        boot="0c0c0c0c",
        readings=[(seq, t_ms, 5.0, true_ms) for seq, t_ms, _, true_ms in log.readings],
        events=[],
        undelivered=[],
    )
    return box(box_id, logs=[flat])


def test_a_payload_is_judged_by_the_box_it_truly_was_in_once_the_papers_are_right() -> None:
    """Entered in the warm box, truly in the cold one, found out after 90 minutes."""
    misled = truth(
        truly=[inside("SIM-0002")],
        on_paper=[inside("SIM-0001")],
        righted_at=at(90),
        excursions=[],
        possible=[],
        passages=[],
    )
    calm = {"p10": at(72 * 60), "p50": at(72 * 60)}
    righted = verdict(91, viable_until=calm, reason="assignment_changed")
    told = replace(service(), verdicts=(verdict(36, excursion()), righted))
    found = score(told, misled, box(), cold("SIM-0002"))
    assert found.broken() == []
    assert (found.alarms.false, found.alarms.by_papers) == (0, 1)
    assert (found.forecasts.overtaken, found.forecasts.by_clock) == (1, 1)

    stubborn = replace(told, verdicts=(verdict(36, excursion()), verdict(91, excursion())))
    blamed = score(stubborn, misled, box(), cold("SIM-0002"))
    assert blamed.broken() == ["1 excursions invented"]


def test_an_excursion_in_the_first_box_is_demanded_after_the_payload_was_moved() -> None:
    moved = truth(truly=[inside("SIM-0001", 0, 60), inside("SIM-0002", 60)])
    assert score(service(), moved, box(), cold("SIM-0002")).broken() == []
    forgetful = replace(service(), verdicts=(verdict(100, reason="assignment_changed"),))
    found = score(forgetful, moved, box(), cold("SIM-0002"))
    assert found.broken() == ["1 excursions missed"]


def test_boxes_add_up() -> None:
    right = service()
    wrong = replace(right, rows=right.rows[:-2])
    total = add_up("all", [score(right), score(wrong)])
    assert total.readings.lost == 2
    assert total.readings.expected == 2 * (MINUTES + 1)
    assert len(total.forecasts.error_h) == 2


def test_instants_are_written_in_utc() -> None:
    assert to_text(from_s(START_S)) == "2026-11-22T00:00:00Z"
