"""Reference page about the rules on papers, written from the data that is shipped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from services.core.domain.clearance.papers.needs import FACTS
from services.core.domain.clearance.papers.provenance import Provenance
from services.core.domain.clearance.papers.rulebook import Rulebook
from services.core.runtime.rulebook import shipped_rulebook

_HOUR = timedelta(hours=1)

_PAGE = """\
# Rules on papers

Written by `make generate` from `services/core/runtime/rules/papers.toml`; do not edit by hand. None
of these rules is code. Grade S: read in the source named; K: known in general, to be checked before
anybody relies on it; O: our own choice. Both days of a rule are inclusive, on the calendar of the
place of inspection. A sponsor or a site lays its own rules over these
([how](../how-to/papers.md)).

## Which papers are needed

A rule applies when every fact that it names has one of its values; an empty condition always does.
One that waives takes a paper off that another asks for. Facts: {facts}.

{rules}

Goods that are declared `not_special_item`, `drug`, `vet_drug` or `device` need no special-item
approval: announcement 65/2025 (2025-04-22, <https://cceeccic.org/682353068>, grade S) took what has
a regime of its own out of the special items.

## Kinds of paper

{kinds}

## Risk classes

{classes}

Which class an autologous apheresis has stands in no source that we found: it is entered with each
shipment, never assumed.

## Ways of facilitation

{regimes}

`item`: firm and item are listed together; `firm`: the firm is listed, and decides the item itself.

## Sign-off under joint supervision

{steps}

## Emergency release

{emergencies}

## What a needed paper can be

| state | means | blocks the release |
|---|---|---|
| `valid` | it holds, and goes on holding past the arrival that is known | no |
| `lapsing` | it holds now, and ends before the arrival: told before take-off | no |
| `not_yet` | it begins only after the arrival, or no arrival is known | yes |
| `lapsed` | its last day is over where the goods are inspected, or it was withdrawn | yes |
| `missing` | none is attached | yes |

None of them keeps anybody from booking, picking or inspecting. A lapsed paper is cured by attaching
a valid one, until the release itself.
"""


def papers_page() -> str:
    """Every rule with its dates, its source and its grade."""
    book = shipped_rulebook()
    return _PAGE.format(
        facts=", ".join(f"`{name}`" for name in FACTS),
        rules=_rules(book),
        kinds=_kinds(book),
        classes=_classes(book),
        regimes=_regimes(book),
        steps=_steps(book),
        emergencies=_emergencies(book),
    )


def _rules(book: Rulebook) -> str:
    head = ("rule", "paper", "says", "for", "who", "when")
    return _table(
        head,
        [
            ((r.rule_id, r.paper, r.effect, r.subject, r.who, _when(r.when)), r.provenance)
            for r in book.rules
        ],
    )


def _kinds(book: Rulebook) -> str:
    head = ("kind", "name", "name (zh)", "issued by", "number")
    return _table(
        head,
        [
            ((k.kind, k.name_en, k.name_zh, k.issuer, f"`{k.number_form}`"), k.provenance)
            for k in book.kinds
        ],
    )


def _classes(book: Rulebook) -> str:
    head = ("class", "months", "written off")
    cells = [
        ((one.risk_class, str(one.valid_months), one.write_off), one.provenance)
        for one in book.classes
    ]
    return _table(head, cells)


def _regimes(book: Rulebook) -> str:
    head = ("regime", "name", "name (zh)", "direction", "uses", "listed by", "assessment")
    cells = [
        (
            (
                one.regime,
                one.name_en,
                one.name_zh,
                _words(one.directions),
                _words(one.uses),
                one.member_by,
                "yes" if one.needs_assessment else "no",
            ),
            one.provenance,
        )
        for one in book.regimes
    ]
    return _table(head, cells)


def _steps(book: Rulebook) -> str:
    head = ("department", "within", "reminded", "lead", "sees")
    cells = [
        (
            (
                one.department,
                f"{one.within / _HOUR:.0f} h",
                f"{one.remind_before / _HOUR:.0f} h before",
                "yes" if one.lead else "",
                _words(one.sees),
            ),
            one.provenance,
        )
        for one in book.steps
    ]
    return _table(head, cells)


def _emergencies(book: Rulebook) -> str:
    head = ("basis", "name", "name (zh)", "lets off", "officer's grade", "working days")
    cells = [
        (
            (
                one.basis_id,
                one.name_en,
                one.name_zh,
                _words(one.papers),
                str(one.officer_grade),
                str(one.within_working_days),
            ),
            one.provenance,
        )
        for one in book.emergencies
    ]
    return _table(head, cells)


def _table(head: Sequence[str], rows: Sequence[tuple[Sequence[str], Provenance]]) -> str:
    names = (*head, "from", "until", "grade", "source")
    lines = [f"| {' | '.join(names)} |", "|---" * len(names) + "|"]
    for cells, found in rows:
        source = f"{found.source} <{found.url}>" if found.url else found.source
        dates = (str(found.valid_from or ""), str(found.valid_until or ""))
        lines.append(f"| {' | '.join((*cells, *dates, found.grade, source))} |")
    return "\n".join(lines)


def _when(when: Mapping[str, frozenset[str]]) -> str:
    return ", ".join(f"{name} {' or '.join(sorted(values))}" for name, values in when.items())


def _words(values: frozenset[str]) -> str:
    return ", ".join(sorted(values))
