"""Inspections as the API shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.api.schemas.inspections import ChecklistItem, Inspection, LidUse
from services.core.domain.clearance.checklist import Answer, Item, items_for, template_from
from services.core.domain.clearance.identity import Mark, Scan, ScanPlace, mismatched
from services.core.domain.clearance.inspection import InspectionMode, opens_box
from services.core.domain.clearance.lid import LidAccount, Opening
from services.core.domain.viability.lid_allowance import ALLOWANCE
from services.core.storage.inspections import InspectionView


def items_of(view: InspectionView) -> tuple[Item, ...]:
    """What is asked for in this inspection."""
    template = template_from(view.template_id, view.template_version, view.template)
    mode = InspectionMode(view.mode)
    return items_for(template, mode, no_open=view.no_open, no_xray=view.no_xray)


def answers_of(view: InspectionView) -> dict[str, Answer]:
    """The last answer to each item."""
    return {key: Answer(one["facts"]["answer"]) for key, one in _checks(view).items()}


def inspection_out(
    view: InspectionView,
    expected: Mapping[Mark, Sequence[str]],
    lid: LidUse,
    blockers: Sequence[str],
) -> Inspection:
    """The record as an officer works in it."""
    values = {name: getattr(view, name) for name in view.__slots__}
    sha256 = view.record_sha256
    mode = InspectionMode(view.mode)
    values |= {
        "id": view.inspection_id,
        "may_open": opens_box(mode, no_open=view.no_open),
        "record_sha256": None if sha256 is None else bytes(sha256).hex(),
        "checklist": _checklist(view),
        "expected": {mark.value: list(codes) for mark, codes in expected.items()},
        "mismatch": [mark.value for _, mark, _ in mismatched(_scans(view))],
        "lid": lid,
        "blockers": list(blockers),
    }
    return Inspection.model_validate(values)


def lid_out(
    view: InspectionView,
    lids: LidAccount,
    opened: Sequence[Opening],
    profile: Mapping[str, Any] | None,
) -> LidUse:
    """What open lids have cost, and what is allowed, if anybody has said so."""
    own = lids.by_inspection.get(view.inspection_id)
    numbers = profile["document"].get("numbers", {}) if profile else {}
    allowed = numbers.get(ALLOWANCE)
    since = [one.begin for one in opened if one.end is None]
    return LidUse(
        inspection_s=0.0 if own is None else own.total_seconds(),
        inspections_s=lids.inspections.total_seconds(),
        handling_s=lids.handling.total_seconds(),
        allowance_s=None if allowed is None else allowed["value"] * 60.0,
        allowance_source=None if allowed is None else allowed["source"],
        open_since=min(since, default=None),
    )


def _checks(view: InspectionView) -> dict[str, Mapping[str, Any]]:
    return {one["facts"]["key"]: one for one in view.entries if one["kind"] == "check"}


def _checklist(view: InspectionView) -> list[ChecklistItem]:
    given = _checks(view)
    return [_item(one, given.get(one.key)) for one in items_of(view)]


def _item(item: Item, given: Mapping[str, Any] | None) -> ChecklistItem:
    facts: Mapping[str, Any] = given["facts"] if given else {}
    return ChecklistItem(
        key=item.key,
        section=item.section.value,
        text_en=item.text_en,
        text_zh=item.text_zh,
        required=item.required,
        answer=facts.get("answer"),
        note=facts.get("note"),
        by=given["by"] if given else None,
        at=given["at"] if given else None,
    )


def _scans(view: InspectionView) -> list[Scan]:
    return [
        Scan(
            mark=Mark(one["mark"]),
            place=ScanPlace(one["place"]),
            matches=one["matches"],
            at=datetime.fromisoformat(one["at"]),
        )
        for one in view.scans
    ]
