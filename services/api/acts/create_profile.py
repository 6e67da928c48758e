"""A profile, or a new version of one: a sponsor's numbers over what is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.api.dependencies import Act
from services.api.refusals import HttpRefusal
from services.api.schemas.profiles import NewProfile
from services.core.domain.errors import Conflict, Invalid
from services.core.domain.viability.profile import MaterialProfile
from services.core.domain.viability.shipped import SHIPPED_PROFILES
from services.core.domain.viability.templates import TEMPLATES, template_of
from services.core.storage.profiles import ProfileRecord, ProfileRepository

SHIPPED_NAMES = frozenset(profile.profile_id for profile in SHIPPED_PROFILES)

_TWO_PEOPLE = HttpRefusal(
    403,
    "where people sign in, a version of a profile takes two people",
    field="profile_id",
    remedy="propose it at /api/v1/profile-proposals; somebody else of quality approves it",
)


async def create_profile(body: NewProfile, act: Act, *, signed_in: bool) -> ProfileRecord:
    """A version at once, by whoever sets the machine up; where people sign in there are two."""
    if signed_in:
        raise _TWO_PEOPLE
    profile, owner = await worked_out(body, act)
    return await add_version(profile.to_document(), act, owner=owner, reason=body.reason)


async def worked_out(body: NewProfile, act: Act) -> tuple[MaterialProfile, str | None]:
    """The next version of this name as it would be, and whose it is; nothing is stored."""
    if body.profile_id in SHIPPED_NAMES:
        raise Conflict(
            f"{body.profile_id} comes with the product and is not changed here",
            field="profile_id",
            remedy=f"choose a name of your own, with base_profile_id {body.profile_id}",
        )
    profiles = ProfileRepository(act.unit)
    before = await profiles.newest(body.profile_id)
    owner = _owner(before, act)
    document = {**await _beginning(body, profiles), **_said(body)}
    document["profile_id"] = body.profile_id
    document["version"] = 1 if before is None else before.version + 1
    document["numbers"] = _numbers(document["numbers"], body.numbers)
    return MaterialProfile.from_document(document), owner


async def add_version(
    document: Mapping[str, Any], act: Act, *, owner: str | None, reason: str | None
) -> ProfileRecord:
    """A version that nobody has used yet; once used it is frozen, and a change is a new version."""
    record = ProfileRecord(
        profile_id=document["profile_id"],
        version=document["version"],
        document=document,
        owner=owner,
        created_at=act.now,
    )
    await ProfileRepository(act.unit).add(record, act.now, owner)
    await act.audit(
        "create",
        ("profile", f"{record.profile_id}/{record.version}"),
        after=dict(record.document),
        reason=reason,
    )
    return record


def _owner(before: ProfileRecord | None, act: Act) -> str | None:
    """All versions of a name are of one owner: else others would be judged by numbers of a house.

    Whoever sees all of the installation adds one for the owner of the name.
    """
    own = act.owner(None)
    if before is None or before.owner == own:
        return own
    if not act.principal.sees_all:
        raise Conflict(
            f"{before.profile_id} belongs to somebody else",
            field="profile_id",
            remedy=f"choose a name of your own, with base_profile_id {before.profile_id}",
        )
    return before.owner


async def _beginning(body: NewProfile, profiles: ProfileRepository) -> dict[str, Any]:
    """The document that this one begins with."""
    if body.template is not None and body.base_profile_id is not None:
        raise Invalid(
            "a profile begins with a template or with a profile, not with both",
            field="template",
            remedy="give template or base_profile_id",
        )
    if body.template is not None:
        template = template_of(body.template)
        if template is None:
            known = ", ".join(one.template_id for one in TEMPLATES)
            raise Invalid(
                f"there is no template {body.template}", field="template", remedy=f"use {known}"
            )
        return template.to_document()
    if body.base_profile_id is not None:
        base = await profiles.find(body.base_profile_id, body.base_version)
        return dict(base.document)
    return {"numbers": {}}


def _said(body: NewProfile) -> dict[str, Any]:
    names = ("name_en", "name_zh", "clock_start", "bands", "rate_table", "container")
    given = {name: getattr(body, name) for name in names}
    return {name: value for name, value in given.items() if value is not None}


def _numbers(base: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """The sponsor's numbers over those of the beginning; null takes one away."""
    merged = {**base, **given}
    return {name: number for name, number in merged.items() if number is not None}
