"""Kinds of organisations, and the roles that their people and machines may have."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from services.core.domain.errors import Invalid
from services.core.domain.governance.access import Role


class OrganisationKind(StrEnum):
    """What an organisation is to the installation."""

    APPLICANT = "applicant"
    SHIPPER = "shipper"
    CONSIGNEE = "consignee"
    OPERATOR = "operator"
    CUSTOMS_SITE = "customs_site"
    SUPERVISING_AUTHORITY = "supervising_authority"
    SPONSOR = "sponsor"
    AUDITOR = "auditor"
    PLATFORM = "platform"


_R, _K = Role, OrganisationKind
_FIRM = frozenset({_R.ADMINISTRATOR, _R.SERVICE, _R.AUDITOR})
ROLES_OF: Mapping[OrganisationKind, frozenset[Role]] = {
    _K.APPLICANT: frozenset({_R.APPLICANT}),
    _K.SHIPPER: frozenset({_R.SHIPPER, _R.APPLICANT, _R.DEVICE}),
    _K.CONSIGNEE: frozenset({_R.CONSIGNEE, _R.APPLICANT}),
    _K.OPERATOR: _FIRM | {_R.OPERATOR, _R.DEVICE},
    _K.CUSTOMS_SITE: frozenset({_R.CUSTOMS_OFFICER}),
    _K.SUPERVISING_AUTHORITY: frozenset({_R.SUPERVISING_AUTHORITY}),
    _K.SPONSOR: _FIRM | {_R.OPERATOR, _R.SHIPPER, _R.QA_ASSESSOR, _R.QA_APPROVER, _R.DEVICE},
    _K.AUDITOR: frozenset({_R.AUDITOR}),
    _K.PLATFORM: frozenset(Role),
}
"""An installation with one organisation holds every role in it: that of the platform. Who only has
shipments shared with them has no role that would show more; the platform makes their keys."""


def sees_all(kind: str) -> bool:
    """Whoever runs the installation sees all of it; everybody else what is theirs or shared."""
    return kind == OrganisationKind.PLATFORM


def check_role(kind: str, role: str) -> None:
    """Refuse a role that an organisation of this kind has nobody for; raises Invalid."""
    given = ROLES_OF[OrganisationKind(kind)]
    if Role(role) not in given:
        raise Invalid(
            f"an organisation of the kind {kind} has nobody in the role {role}",
            field="role",
            remedy="one of: " + ", ".join(sorted(given)),
        )
