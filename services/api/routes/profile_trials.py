"""Trials: what a version of a profile, or a proposal, would have made of past journeys."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from services.api.acts.try_profile import try_profile
from services.api.answers import as_json
from services.api.dependencies import ClockDep, UnitOfWorkDep
from services.api.errors import problem_responses
from services.api.rates import one_trial
from services.api.schemas import patterns
from services.api.schemas.base import Identifier
from services.api.schemas.profile_trials import ProfileTrial
from services.core.storage.profileproposals import ProfileProposals
from services.core.storage.profiles import ProfileRepository

router = APIRouter(tags=["profiles"])

Over = Annotated[
    str | None,
    Query(
        pattern=patterns.PROFILE,
        description="The profile whose journeys are looked at; else its own, or what a first"
        " version begins with.",
    ),
]
Days = Annotated[int, Query(ge=1, le=366, description="Packed in so many days.")]


@router.get(
    "/profile-proposals/{proposal_id}/trial",
    response_model=ProfileTrial,
    operation_id="get_profile_proposal_trial",
    summary="Try a proposal on past journeys",
    responses=problem_responses(400, 404, 422, 429),
    dependencies=[Depends(one_trial, scope="function")],
)
async def try_proposal(
    proposal_id: Identifier,
    unit: UnitOfWorkDep,
    clock: ClockDep,
    over: Over = None,
    days: Days = 30,
) -> Response:
    """At most 50 bags, each judged twice in memory; nothing is stored, and nobody is told."""
    proposal = await ProfileProposals(unit).get(proposal_id)
    judged = over or proposal.over_profile_id or proposal.profile_id
    return as_json(await try_profile(proposal.document, judged, days, unit, clock.now()))


@router.get(
    "/profiles/{profile_id}/{version}/trial",
    response_model=ProfileTrial,
    operation_id="get_profile_trial",
    summary="Try a version on past journeys",
    responses=problem_responses(400, 422, 429),
    dependencies=[Depends(one_trial, scope="function")],
)
async def try_version(
    profile_id: Annotated[str, Path(pattern=patterns.PROFILE)],
    version: Annotated[int, Path(ge=1, le=100_000)],
    unit: UnitOfWorkDep,
    clock: ClockDep,
    over: Over = None,
    days: Days = 30,
) -> Response:
    """At most 50 bags, each judged twice in memory; nothing is stored, and nobody is told."""
    found = await ProfileRepository(unit).find(profile_id, version)
    judged = over or found.profile_id
    return as_json(await try_profile(found.document, judged, days, unit, clock.now()))
