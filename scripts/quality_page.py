"""Reference page about deviations, its table of moves written from the code."""

from services.core.domain.quality.deviation import (
    MOVES,
    SIGNED,
    DeviationMove,
    DeviationState,
    Disposition,
)
from services.core.domain.quality.disposition import Event, Standing, all_grounds, moves

_PAGE = """\
# Deviations

Written by `make generate` from `services/core/domain/quality/`; do not edit by hand. A deviation
is a departure from what was meant, of one payload; what may be done with the payload is decided
by two people. Software can hold a payload, never release it.

## Moves

{moves}

A payload has at most one deviation that is not closed. DETECTED is not stored: it is a payload on
hold that nobody has taken, and stands before all others in `GET /api/v1/deviations`.

## Dispositions

| disposition | means |
|---|---|
{dispositions}

What stands beside a payload follows from the decision in force, from whether the verdict has other
excursions or broken limits by now than were decided on, and from whether it asks for a hold:

{grounds}

So each event changes it as follows; an empty field cannot be. `found`: the verdict has something
that nobody has decided on. `taken_back`: late data shows that there was nothing, or nothing else
than was decided on. `approve` and `reopen` are moves of the deviation, made by people.

{standings}

## What holds

- **Two people.** Who approves is never who assessed: a rule in the code, and a constraint in the
  database (`deviation_two_people_check`, `disposition_two_people_check`).
- **Both have seen the same.** The assessment keeps an evidence pack; both signatures carry its
  SHA-256. If readings from before the assessment have come since, or a new excursion, the approval
  is refused and the deviation is assessed again.
- **A decision stands on what it saw.** When excursions or broken limits are others than those that
  were decided on, the payload is on hold again (`overtaken`), whatever was decided.
- **The whole journey counts.** The pack gives the minutes outside the label for each leg, between
  the legs and in all: an event judged alone is the usual mistake
  (excursionassess.com on stability budgets, grade S).
- **Every step has its reason**, its author and its instant, in the step's own row and in the audit
  trail, in one transaction.

Sources: detected, acknowledged, under assessment, dispositioned, closed, with assessor and
approver apart, is how tools of the field have it (liberoMANAGER 3.0 manual: assess, approve;
grade S). Records of who did what and when: 21 CFR 11.10(e) (pharmtech.com, grade S); meaning of a
signature: 21 CFR 11.50 (grade K); reason for a change: EU GMP Annex 11 §9 (certivo.io, grade S).

## The evidence pack

`GET /api/v1/deviations/{{id}}/evidence`, JSON with sorted keys and without spaces. `facts` is
what must be the same at the second signature: profile and version, clocks, stays in boxes, number
and SHA-256 of the readings until `readings_through`, excursions, broken limits. Beside it stand
the shipment, the profile's whole document, legs, milestones, the verdict with its `inputs_hash`
(it was kept when it last changed), `standing` with the figures of the newest judgement (lowest and
highest temperature, minutes, gaps, budgets; since version 4 of the pack),
and alarms with their acknowledgements. Names of contacts are left out. The readings' digest is
made of one line a reading: the columns of `reading_columns` as JSON, separated by tabs, ended by
a line feed, by box, boot and number; `GET /api/v1/boxes/{{id}}/log` has them all.
"""

_MEANING = {
    Disposition.RELEASED: "may be used",
    Disposition.RELEASED_WITH_COMMENT: "may be used; the reason says what to mind",
    Disposition.OUT_OF_SPEC_MEDICAL: "out of specification; a physician decides with the patient",
    Disposition.REJECTED: "must not be used",
}


def deviations_page() -> str:
    """Every state with what each move makes of it."""
    head = "| state | " + " | ".join(f"`{move}`" for move in DeviationMove) + " |"
    rule = "|---|" + "---|" * len(DeviationMove)
    rows = [_row(state) for state in DeviationState]
    signed = " ".join(f"`{move}` is signed as *{meaning}*." for move, meaning in SIGNED.items())
    dispositions = "\n".join(f"| `{one}` | {words} |" for one, words in _MEANING.items())
    return _PAGE.format(
        moves="\n".join([head, rule, *rows, "", signed]),
        dispositions=dispositions,
        grounds=_grounds(),
        standings=_standings(),
    )


def _grounds() -> str:
    head = "| decision in force | overtaken | verdict asks for a hold | disposition |"
    rows = [
        f"| {one.decided or '–'} | {_yes(one.overtaken)} | {_yes(one.hold)} | {one.standing} |"
        for one in all_grounds()
    ]
    return "\n".join([head, "|---|---|---|---|", *rows])


def _yes(fact: bool) -> str:
    return "yes" if fact else "no"


def _standings() -> str:
    head = "| disposition | " + " | ".join(f"`{event}`" for event in Event) + " |"
    rule = "|---|" + "---|" * len(Event)
    found = moves()
    rows = [
        f"| {standing} | "
        + " | ".join(
            ", ".join(one for one in Standing if one in found.get((standing, event), ())) or "–"
            for event in Event
        )
        + " |"
        for standing in Standing
    ]
    return "\n".join([head, rule, *rows])


def _row(state: DeviationState) -> str:
    after = [MOVES.get((state, move)) for move in DeviationMove]
    return f"| {state} | " + " | ".join(one or "–" for one in after) + " |"
