"""What an officer is asked for, and what was scanned against what should be there."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.core.domain.clearance.checklist import (
    Answer,
    check_item,
    failed,
    items_for,
    template_from,
    unanswered,
)
from services.core.domain.clearance.identity import (
    Mark,
    Scan,
    ScanPlace,
    check_scans,
    compare,
    mismatched,
)
from services.core.domain.clearance.inspection import InspectionMode
from services.core.domain.clearance.shipped_checklist import SHIPPED_CHECKLIST
from services.core.domain.errors import Conflict, Invalid

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BOX = {Mark.BOX: ("CB-0001",)}


def scan(
    mark: Mark, matches: bool | None, minute: int = 0, place: ScanPlace = ScanPlace.BAY
) -> Scan:
    return Scan(mark=mark, place=place, matches=matches, at=NOON + timedelta(minutes=minute))


def keys(mode: InspectionMode, *, no_open: bool = False, no_xray: bool = True) -> set[str]:
    found = items_for(SHIPPED_CHECKLIST, mode, no_open=no_open, no_xray=no_xray)
    return {one.key for one in found}


def test_the_shipped_list_reads_back_as_it_was_written() -> None:
    document = SHIPPED_CHECKLIST.to_document()
    assert template_from("special_items", 1, document) == SHIPPED_CHECKLIST


def test_nothing_is_sampled_where_the_box_must_stay_shut() -> None:
    for mode in InspectionMode:
        assert not keys(mode, no_open=True) & {"sample_taken", "label_on_bag", "box_closed"}
    assert "sample_taken" in keys(InspectionMode.OPEN_COLD_BAY)


def test_no_xray_is_asked_for_where_it_is_forbidden_but_another_screening() -> None:
    assert "xray_done" not in keys(InspectionMode.IN_COLD_STORE, no_xray=True)
    assert "other_screening" in keys(InspectionMode.IN_COLD_STORE, no_xray=True)
    assert "xray_done" in keys(InspectionMode.IN_COLD_STORE, no_xray=False)


def test_papers_alone_ask_for_papers_and_the_record_alone() -> None:
    sections = {
        one.section
        for one in items_for(
            SHIPPED_CHECKLIST, InspectionMode.DOCUMENT_ONLY, no_open=False, no_xray=False
        )
    }
    assert sections == {"documents", "temperature"}


def test_what_is_open_and_what_failed_is_named() -> None:
    items = items_for(SHIPPED_CHECKLIST, InspectionMode.DOCUMENT_ONLY, no_open=False, no_xray=False)
    answers = {"record_in_limits": Answer.PASSED, "approval_matches": Answer.FAILED}
    assert unanswered(items, answers) == ["transport_conditions", "quantity_and_expiry"]
    assert failed(items, answers) == ["approval_matches"]
    with pytest.raises(Invalid, match="does not ask"):
        check_item(items, "sample_taken")


def test_a_list_that_names_an_item_twice_is_refused() -> None:
    twice = replace(SHIPPED_CHECKLIST, items=SHIPPED_CHECKLIST.items[:1] * 2)
    with pytest.raises(Invalid, match="seal_intact stands twice"):
        template_from("special_items", 2, twice.to_document())


@pytest.mark.parametrize(
    ("code", "matches"),
    [("CB-0001", True), (" cb-0001\n", True), ("ＣＢ-0001", True), ("CB-0002", False)],
)
def test_codes_are_compared_as_scanners_read_them(code: str, matches: bool) -> None:
    assert compare(code, ["CB-0001", "CB-0009"]) is matches
    assert compare(code, []) is None


def test_the_box_must_be_scanned_and_what_else_is_known() -> None:
    with pytest.raises(Conflict, match="not scanned yet: box"):
        check_scans([], BOX)
    check_scans([scan(Mark.BOX, True)], BOX)
    with pytest.raises(Conflict, match="not scanned yet: seal, identity_code"):
        check_scans([scan(Mark.BOX, True)], BOX | {Mark.SEAL: ("S1",), Mark.IDENTITY_CODE: ("C1",)})


def test_a_mismatch_blocks_until_the_right_one_is_scanned() -> None:
    wrong = [scan(Mark.BOX, True), scan(Mark.SEAL, False, 1)]
    with pytest.raises(Conflict, match="the seal that was scanned is not the one expected"):
        check_scans(wrong, BOX)
    assert mismatched(wrong) == [(ScanPlace.BAY, Mark.SEAL, NOON + timedelta(minutes=1))]
    right = [scan(Mark.SEAL, True, 2), *wrong]
    check_scans(right, BOX)
    assert mismatched(right) == []


def test_a_scan_at_the_terminal_is_none_in_the_bay() -> None:
    at_terminal = [scan(Mark.BOX, True, place=ScanPlace.TERMINAL)]
    with pytest.raises(Conflict, match="not scanned yet"):
        check_scans(at_terminal, BOX)
