"""A new version of a profile: one person proposes it, another approves or refuses it."""

from __future__ import annotations

from dataclasses import asdict, replace
from uuid import UUID

from services.api.acts.create_profile import add_version, worked_out
from services.api.acts.signing import sign_facts
from services.api.dependencies import Act
from services.api.identifiers import new_id
from services.api.refusals import HttpRefusal
from services.api.schemas.profiles import NewProfileProposal, ProfileDecision
from services.core.domain.errors import Conflict
from services.core.domain.quality.signature import SignatureMeaning
from services.core.storage.profileproposals import ProfileProposalRecord, ProfileProposals
from services.core.storage.profiles import ProfileRepository

_MEANING = {"approved": SignatureMeaning.APPROVED, "refused": SignatureMeaning.REFUSED}
_ACTION = {"approved": "approve", "refused": "refuse", "withdrawn": "withdraw"}


async def propose_profile(body: NewProfileProposal, act: Act) -> ProfileProposalRecord:
    """It judges nothing before somebody else has approved it.

    A person's key proposes without a signature: who approves signs for all of it.
    """
    if act.principal.kind != "person":
        raise HttpRefusal(
            403,
            "a machine proposes no limits",
            field="Authorization",
            remedy="sign in, or send a key of your own",
        )
    profile, owner = await worked_out(body, act)
    over = await _compared_with(body, profile.version, act)
    proposal = ProfileProposalRecord(
        proposal_id=new_id(act.now),
        profile_id=profile.profile_id,
        version=profile.version,
        document=profile.to_document(),
        over_profile_id=over and over[0],
        over_version=over and over[1],
        reason=body.reason,
        proposed_by=act.principal.principal_id,
        proposed_at=act.now,
        organisation_id=owner,
    )
    await ProfileProposals(act.unit).add(proposal)
    await _audit("propose", proposal, body.reason, act)
    if act.principal.key_prefix is None:
        await _sign(SignatureMeaning.REQUESTED, proposal, body.reason, act)
    return proposal


async def decide_proposal(
    proposal_id: UUID, body: ProfileDecision, act: Act
) -> ProfileProposalRecord:
    """Approved, it is a version from now on, as proposed; refused, it never was one."""
    proposal = await ProfileProposals(act.unit).get(proposal_id, hold=True)
    _check_waits(proposal)
    if proposal.proposed_by == act.principal.principal_id:
        raise Conflict(
            "who proposed a version cannot decide on it",
            field="proposal_id",
            remedy="let somebody else of quality decide, or withdraw it",
        )
    decided = await _decided(proposal, body.decision, body.reason, act)
    if body.decision == "approved":
        await _check_still_next(proposal, act)
        owner = proposal.organisation_id
        await add_version(proposal.document, act, owner=owner, reason=proposal.reason)
    await _sign(_MEANING[body.decision], decided, body.reason, act)
    return decided


async def withdraw_proposal(proposal_id: UUID, reason: str, act: Act) -> ProfileProposalRecord:
    """Nothing has come of it, and nothing will."""
    proposal = await ProfileProposals(act.unit).get(proposal_id, hold=True)
    _check_waits(proposal)
    if proposal.proposed_by != act.principal.principal_id:
        raise Conflict(
            "who proposed a version withdraws it",
            field="proposal_id",
            remedy="refuse it, if you are of quality",
        )
    return await _decided(proposal, "withdrawn", reason, act)


async def _compared_with(
    body: NewProfileProposal, version: int, act: Act
) -> tuple[str, int] | None:
    """The version before it, else the profile that it begins with; a template is none."""
    if version > 1:
        return body.profile_id, version - 1
    if body.base_profile_id is None:
        return None
    base = await ProfileRepository(act.unit).find(body.base_profile_id, body.base_version)
    return base.profile_id, base.version


def _check_waits(proposal: ProfileProposalRecord) -> None:
    if proposal.decision is not None:
        raise Conflict(f"the proposal was {proposal.decision} already", field="proposal_id")


async def _check_still_next(proposal: ProfileProposalRecord, act: Act) -> None:
    """What was compared with the version before it is approved over that version only."""
    before = await ProfileRepository(act.unit).newest(proposal.profile_id)
    version = 1 if before is None else before.version + 1
    if version != proposal.version:
        raise Conflict(
            "another version has come since this was proposed",
            field="proposal_id",
            remedy="withdraw or refuse it, and propose it over the newest version",
        )


async def _decided(
    proposal: ProfileProposalRecord, decision: str, reason: str, act: Act
) -> ProfileProposalRecord:
    decided = replace(
        proposal,
        decision=decision,
        decided_by=act.principal.principal_id,
        decided_at=act.now,
        decision_reason=reason,
    )
    await ProfileProposals(act.unit).decide(decided)
    await _audit(_ACTION[decision], decided, reason, act)
    return decided


async def _audit(action: str, proposal: ProfileProposalRecord, reason: str, act: Act) -> None:
    after = {
        "profile_id": proposal.profile_id,
        "version": proposal.version,
        "proposed_by": proposal.proposed_by,
        "document": dict(proposal.document),
    }
    subject = ("profile_proposal", proposal.proposal_id)
    await act.audit(action, subject, after=after, reason=reason)


async def _sign(
    meaning: SignatureMeaning, proposal: ProfileProposalRecord, reason: str, act: Act
) -> None:
    """Sign the proposal as it stands, with every number of it."""
    subject = ("profile_proposal", proposal.proposal_id)
    await sign_facts(subject, meaning, reason, {"proposal": asdict(proposal)}, act)
