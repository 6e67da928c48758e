"""A paper and how it is used up: validity on the clock of the place, single or batch, balance."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal

from services.core.domain.clearance.papers.rulebook import PaperKind, RiskClass, WriteOff
from services.core.domain.errors import Conflict, Invalid

_DECEMBER = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A permit, approval or plan; both days inclusive, None is open. `balance` None: uncounted."""

    kind: str
    number: str
    valid_from: date | None = None
    valid_until: date | None = None
    write_off: WriteOff = WriteOff.BATCH
    balance: Decimal | None = None
    risk_class: str | None = None
    re_export_by: date | None = None
    withdrawn_at: datetime | None = None

    def begins(self, zone: tzinfo) -> datetime | None:
        """The first instant of its first day, on the clock of the place."""
        return None if self.valid_from is None else _midnight(self.valid_from, zone)

    def ends(self, zone: tzinfo) -> datetime | None:
        """The first instant at which it holds no longer: its last day is inclusive.

        A paper that was withdrawn ends then, if that is sooner.
        """
        last = self.valid_until
        ends = None if last is None else _midnight(last + timedelta(days=1), zone)
        found = [one for one in (ends, self.withdrawn_at) if one is not None]
        return min(found, default=None)

    def holds_at(self, at: datetime, zone: tzinfo) -> bool:
        """Whether it is valid at that instant where the goods are."""
        begins, ends = self.begins(zone), self.ends(zone)
        return (begins is None or begins <= at) and (ends is None or at < ends)


def last_day(valid_from: date, months: int) -> date:
    """The last day of a paper of so many months: the day before that of the same number."""
    total = valid_from.month - 1 + months
    year, month = valid_from.year + total // _DECEMBER, total % _DECEMBER + 1
    following = date(year + month // _DECEMBER, month % _DECEMBER + 1, 1)
    length = (following - timedelta(days=1)).day
    if valid_from.day > length:
        return date(year, month, length)
    return date(year, month, valid_from.day) - timedelta(days=1)


def check_paper(paper: Paper, kind: PaperKind | None, risk: RiskClass | None) -> None:
    """Raise Invalid when the paper cannot be one of its kind and class."""
    if kind is None:
        raise Invalid(
            f"there is no kind of paper {paper.kind} at that date",
            field="kind",
            remedy="see /api/v1/paper-rules for the kinds",
        )
    if re.fullmatch(kind.number_form, paper.number, re.ASCII) is None:
        raise Invalid(
            "the number does not have the form of its kind",
            field="number",
            remedy=f"it must match {kind.number_form}",
        )
    _check_dates(paper)
    if kind.re_export and paper.re_export_by is None:
        raise Invalid(
            "this kind names a day of re-export",
            field="re_export_by",
            remedy="enter the day by which it must have left again",
        )
    if kind.by_risk_class:
        _check_class(paper, risk)


def _check_dates(paper: Paper) -> None:
    if paper.valid_from and paper.valid_until and paper.valid_until < paper.valid_from:
        raise Invalid("it ends before it begins", field="valid_until", remedy="compare both days")


def _check_class(paper: Paper, risk: RiskClass | None) -> None:
    if risk is None:
        raise Invalid(
            "the risk class is not in the table of that date",
            field="risk_class",
            remedy="see /api/v1/paper-rules for the classes",
        )
    if paper.write_off is not risk.write_off:
        raise Invalid(
            f"class {risk.risk_class} is written off {risk.write_off}",
            field="write_off",
            remedy="leave it out, and the class decides",
        )
    if paper.valid_from is None or paper.valid_until is None:
        raise Invalid("an approval has a first and a last day", field="valid_until")
    longest = last_day(paper.valid_from, risk.valid_months)
    # A day more: some issuers print the day of the same number as the last one.
    if paper.valid_until > longest + timedelta(days=1):
        raise Invalid(
            f"class {risk.risk_class} lasts {risk.valid_months} months at most",
            field="valid_until",
            remedy=f"it cannot end after {longest.isoformat()}: compare it with the paper",
        )


def check_draw(paper: Paper, quantity: Decimal | None, at: datetime, zone: tzinfo) -> None:
    """Raise Conflict or Invalid when this cannot be drawn; that many draw at once the store holds.

    A paper that does not hold yet may be drawn: it is compared again at release.
    """
    ends = paper.ends(zone)
    if ends is not None and ends <= at:
        raise Conflict(
            "the paper holds no longer", field="paper_id", remedy="attach a valid one instead"
        )
    if paper.balance is None:
        return
    if quantity is None or quantity <= 0:
        raise Invalid(
            "this paper is counted: say how much of it is used",
            field="quantity",
            remedy="enter the quantity in the paper's unit",
        )
    if quantity > paper.balance:
        raise balance_too_low(paper.balance)


def balance_too_low(balance: Decimal | None = None) -> Conflict:
    """What is said when a draw asks for more than is left."""
    left = "less is left on it" if balance is None else f"{balance} is left on it"
    return Conflict(
        f"the balance does not suffice: {left}",
        field="quantity",
        remedy="draw less, or attach another paper",
    )


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone)
