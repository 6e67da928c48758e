"""New versions of profiles, proposed by one person and decided by another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from fastapi import APIRouter, Response

from services.api.acts.propose_profile import decide_proposal, propose_profile, withdraw_proposal
from services.api.answers import as_json
from services.api.dependencies import ActDep, OnceDep, UnitOfWorkDep
from services.api.errors import problem_responses
from services.api.present.signatures import signatures_out
from services.api.schemas.base import Identifier, Page
from services.api.schemas.profiles import (
    NewProfileProposal,
    ProfileDecision,
    ProfileProposal,
    ProfileWithdrawal,
)
from services.core.domain.viability.differences import changed_numbers, changed_parts
from services.core.storage.database import UnitOfWork
from services.core.storage.profileproposals import ProfileProposalRecord, ProfileProposals
from services.core.storage.signatures import SignatureRepository

router = APIRouter(prefix="/profile-proposals", tags=["profiles"])

_DECIDED = 50


@router.post(
    "",
    status_code=201,
    response_model=ProfileProposal,
    operation_id="create_profile_proposal",
    summary="Propose a profile, or a new version of one",
    responses=problem_responses(403, 409, 422),
)
async def propose(body: NewProfileProposal, act: ActDep, once: OnceDep) -> Response:
    """It judges nothing before somebody else has approved it; one waits at a time."""
    (proposal,) = await _shown([await propose_profile(body, act)], act.unit)
    await once.keep(201, proposal)
    return as_json(proposal, status=201)


@router.get(
    "",
    response_model=Page[ProfileProposal],
    operation_id="list_profile_proposals",
    summary="List the proposals that wait, and the last that were decided",
)
async def list_proposals(unit: UnitOfWorkDep) -> Response:
    """Those that wait first, then the 50 that were decided last; the newest of each first."""
    items = await _shown(await ProfileProposals(unit).newest(_DECIDED), unit)
    return as_json(Page[ProfileProposal](items=items, next_cursor=None))


@router.post(
    "/{proposal_id}/decision",
    response_model=ProfileProposal,
    operation_id="create_profile_decision",
    summary="Approve or refuse what somebody else has proposed",
    responses=problem_responses(403, 404, 409, 422),
)
async def decide(
    proposal_id: Identifier, body: ProfileDecision, act: ActDep, once: OnceDep
) -> Response:
    """Approved, it is the newest version from now on, as proposed; signed by whoever decides."""
    (proposal,) = await _shown([await decide_proposal(proposal_id, body, act)], act.unit)
    await once.keep(200, proposal)
    return as_json(proposal)


@router.post(
    "/{proposal_id}/withdrawal",
    response_model=ProfileProposal,
    operation_id="cancel_profile_proposal",
    summary="Withdraw a proposal of one's own",
    responses=problem_responses(404, 409, 422),
)
async def withdraw(
    proposal_id: Identifier, body: ProfileWithdrawal, act: ActDep, once: OnceDep
) -> Response:
    """Nothing has come of it, and nothing will; it stays in the list."""
    withdrawn = await withdraw_proposal(proposal_id, body.reason, act)
    (proposal,) = await _shown([withdrawn], act.unit)
    await once.keep(200, proposal)
    return as_json(proposal)


async def _shown(
    proposals: Sequence[ProfileProposalRecord], unit: UnitOfWork
) -> list[ProfileProposal]:
    ids = [one.proposal_id for one in proposals]
    signed = await SignatureRepository(unit).of("profile_proposal", ids)
    compared = await ProfileProposals(unit).compared(ids)
    found = []
    for one in proposals:
        before = compared.get(one.proposal_id, {})
        told = {
            "owner": one.organisation_id,
            "changes": [asdict(change) for change in changed_numbers(before, one.document)],
            "other_changes": changed_parts(before, one.document),
            "signatures": signatures_out(signed.get(str(one.proposal_id), ())),
        }
        found.append(ProfileProposal.model_validate({**asdict(one), **told}))
    return found
