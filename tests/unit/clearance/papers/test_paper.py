"""Validity on the clock of the place, last day inclusive; class, balance and number of a paper."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.domain.clearance.papers.paper import check_draw, check_paper, last_day
from services.core.domain.clearance.papers.rulebook import WriteOff
from services.core.domain.errors import Conflict, Invalid
from services.core.runtime.rulebook import shipped_rulebook
from tests.unit.clearance.papers.builders import DAY, approval, at, counted

BOOK = shipped_rulebook()
SHANGHAI = ZoneInfo("Asia/Shanghai")
ZONES = st.sampled_from(
    ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Pacific/Kiritimati", "Asia/Kolkata"]
).map(ZoneInfo)
DAYS = st.dates(date(2024, 1, 1), date(2030, 1, 1))
SECONDS = st.integers(0, 86_399)


@given(day=DAYS, zone=ZONES, seconds=SECONDS)
def test_it_holds_through_its_whole_last_day_where_the_goods_are(
    day: date, zone: ZoneInfo, seconds: int
) -> None:
    clock = (datetime(2000, 1, 1) + timedelta(seconds=seconds)).time()  # noqa: DTZ001
    paper = approval(valid_from=day, valid_until=day)
    local = datetime.combine(day, clock, zone)
    assert paper.holds_at(local.astimezone(UTC), zone)
    for days in (-1, 1):
        other = datetime.combine(day + timedelta(days=days), clock, zone)
        assert not paper.holds_at(other.astimezone(UTC), zone)


def test_midnight_in_shanghai_ends_it_and_midnight_in_london_does_not() -> None:
    paper = approval(valid_until=date(2026, 11, 22))
    assert paper.ends(SHANGHAI) == datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
    assert paper.holds_at(datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC), SHANGHAI)
    assert not paper.holds_at(datetime(2026, 11, 22, 16, 0, tzinfo=UTC), SHANGHAI)
    assert paper.holds_at(datetime(2026, 11, 22, 23, 59, tzinfo=UTC), ZoneInfo("Europe/London"))


def test_a_withdrawn_paper_ends_when_it_was_withdrawn() -> None:
    paper = approval(withdrawn_at=at(-1))
    assert not paper.holds_at(at(0), SHANGHAI)
    assert paper.holds_at(at(-2), SHANGHAI)


@pytest.mark.parametrize(
    ("first", "months", "last"),
    [
        (date(2026, 9, 1), 3, date(2026, 11, 30)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 8, 15), 6, date(2027, 2, 14)),
        (date(2026, 3, 1), 12, date(2027, 2, 28)),
        (date(2026, 12, 31), 12, date(2027, 12, 30)),
    ],
)
def test_the_last_day_of_so_many_months(first: date, months: int, last: date) -> None:
    assert last_day(first, months) == last


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"number": "x"}, "number"),
        ({"valid_until": date(2026, 12, 2)}, "valid_until"),
        ({"valid_until": date(2026, 8, 1)}, "valid_until"),
        ({"valid_until": None}, "valid_until"),
        ({"write_off": WriteOff.BATCH}, "write_off"),
        ({"risk_class": "D"}, "risk_class"),
        ({"kind": "unheard_of"}, "kind"),
    ],
)
def test_an_approval_that_cannot_be_one_is_refused_with_its_field(
    changes: dict[str, object], field: str
) -> None:
    paper = replace(approval(), **changes)  # type: ignore[arg-type]
    with pytest.raises(Invalid) as refused:
        check_paper(paper, BOOK.kind(paper.kind, DAY), BOOK.risk_class(str(paper.risk_class), DAY))
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("risk_class", "last", "write_off"),
    [
        ("A1", date(2026, 11, 30), WriteOff.SINGLE),
        ("B2", date(2027, 2, 28), WriteOff.BATCH),
        ("C1", date(2027, 8, 31), WriteOff.BATCH),
    ],
)
def test_each_class_lasts_its_months_and_no_longer(
    risk_class: str, last: date, write_off: WriteOff
) -> None:
    risk = BOOK.risk_class(risk_class, DAY)
    paper = approval(risk_class=risk_class, valid_until=last, write_off=write_off)
    check_paper(paper, BOOK.kind(paper.kind, DAY), risk)
    late = replace(paper, valid_until=last + timedelta(days=2))
    with pytest.raises(Invalid):
        check_paper(late, BOOK.kind(paper.kind, DAY), risk)


def test_class_d_is_in_no_table_and_the_old_table_is_not_ours() -> None:
    assert BOOK.risk_class("D", DAY) is None
    assert BOOK.risk_class("A1", date(2025, 6, 30)) is None


@given(balance=st.decimals(0, 1000, places=3), draws=st.lists(st.decimals("0.001", 400, places=3)))
def test_what_is_drawn_and_what_is_left_is_always_what_there_was(
    balance: Decimal, draws: list[Decimal]
) -> None:
    paper, drawn = counted(str(balance)), Decimal(0)
    for quantity in draws:
        try:
            check_draw(paper, quantity, at(0), SHANGHAI)
        except Conflict:
            assert paper.balance is not None
            assert quantity > paper.balance
            continue
        assert paper.balance is not None
        paper, drawn = replace(paper, balance=paper.balance - quantity), drawn + quantity
        assert paper.balance is not None
        assert paper.balance >= 0
    assert paper.balance is not None
    assert paper.balance + drawn == balance


@pytest.mark.parametrize("quantity", [None, Decimal(0), Decimal(-1)])
def test_a_counted_paper_asks_how_much(quantity: Decimal | None) -> None:
    with pytest.raises(Invalid) as refused:
        check_draw(counted("5"), quantity, at(0), SHANGHAI)
    assert refused.value.field == "quantity"


def test_nothing_is_drawn_from_a_paper_that_has_lapsed() -> None:
    with pytest.raises(Conflict):
        check_draw(approval(valid_until=date(2026, 11, 21)), None, at(0), SHANGHAI)
