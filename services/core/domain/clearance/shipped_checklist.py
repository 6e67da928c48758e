"""The checklist that every installation begins with. Own wording (grade O) of a source's points."""

from __future__ import annotations

from services.core.domain.clearance.checklist import Item, Section, Template
from services.core.domain.clearance.inspection import InspectionMode

_M = InspectionMode
_ALL = frozenset(InspectionMode)
_AT_HAND = frozenset({_M.IN_COLD_STORE, _M.NO_OPEN, _M.OPEN_COLD_BAY})
_SEEN = _AT_HAND | {_M.REMOTE_VIDEO}
_OPENED = frozenset({_M.IN_COLD_STORE, _M.OPEN_COLD_BAY})


def _item(
    key: str,
    section: Section,
    words: tuple[str, str],
    modes: frozenset[InspectionMode] = _ALL,
    *,
    required: bool = True,
    opens: bool = False,
    xray: bool | None = None,
) -> Item:
    return Item(
        key=key,
        section=section,
        text_en=words[0],
        text_zh=words[1],
        modes=modes,
        required=required,
        opens=opens,
        xray=xray,
    )


_S = Section
SHIPPED_CHECKLIST = Template(
    template_id="special_items",
    version=1,
    name_en="Special items: cells in a cold box",
    name_zh="特殊物品：冷藏箱内细胞",
    source="points: baijiapai.com/2018-03/20/content_20846276.htm (S); wording and modes: own (O)",
    items=(
        _item("seal_intact", _S.IDENTITY, ("Seal unbroken", "封志完好"), _SEEN),
        _item(
            "record_in_limits",
            _S.TEMPERATURE,
            ("Temperature record read, gaps and excursions seen", "已读温度记录，已看间断与超限"),
        ),
        _item(
            "transport_conditions",
            _S.TEMPERATURE,
            ("Storage and transport conditions as approved", "储存运输条件与审批一致"),
        ),
        _item(
            "approval_matches",
            _S.DOCUMENTS,
            ("Name, composition, batch and specification match", "品名、成分、批号、规格相符"),
        ),
        _item(
            "quantity_and_expiry",
            _S.DOCUMENTS,
            ("Quantity and expiry match the approval", "数量与有效期与审批单相符"),
        ),
        _item(
            "packaging_intact",
            _S.PHYSICAL,
            ("Packaging unbroken, no leak", "包装完好，无渗漏"),
            _SEEN,
        ),
        _item(
            "label_on_bag",
            _S.PHYSICAL,
            ("Label on the bag matches", "袋上标签相符"),
            _OPENED,
            opens=True,
        ),
        _item(
            "sample_taken",
            _S.PHYSICAL,
            ("Sample taken, if ordered", "如有指令，已取样"),
            _OPENED,
            required=False,
            opens=True,
        ),
        _item(
            "xray_done",
            _S.PHYSICAL,
            ("X-ray, if ordered", "如有指令，已过机检"),
            _AT_HAND,
            required=False,
            xray=True,
        ),
        _item(
            "other_screening",
            _S.PHYSICAL,
            ("Screened otherwise than by X-ray, if ordered", "如有指令，已用非X光方式检查"),
            _AT_HAND,
            required=False,
            xray=False,
        ),
        _item(
            "box_closed",
            _S.DECISION,
            ("Box closed again", "箱已关好"),
            _OPENED,
            opens=True,
        ),
    ),
)
