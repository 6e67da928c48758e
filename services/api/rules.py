"""Who may call what: one row a route, the single truth; a route without a row is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.core.domain.governance.access import Role

_R = Role
EVERY_ROLE = frozenset(Role)

_CUSTOMS = frozenset({_R.CUSTOMS_OFFICER, _R.SUPERVISING_AUTHORITY})
_PARTIES = frozenset({_R.APPLICANT, _R.SHIPPER, _R.CONSIGNEE})
_WITHIN = EVERY_ROLE - _CUSTOMS - _PARTIES - {_R.DEVICE}
"""Those who keep the cold chain and judge it; the others see what concerns them."""
_BOARD = EVERY_ROLE - {_R.DEVICE}
_COLD_CHAIN = _BOARD - {_R.APPLICANT}
_SENDERS = _WITHIN | {_R.SHIPPER, _R.CONSIGNEE}
_READ = _WITHIN | {_R.CUSTOMS_OFFICER}
_DEPARTMENTS = _READ | {_R.SUPERVISING_AUTHORITY}
_RUN = frozenset({_R.OPERATOR, _R.ADMINISTRATOR, _R.SERVICE})
_ENTER = _RUN | {_R.SHIPPER}
_ON_DUTY = frozenset({_R.OPERATOR, _R.CUSTOMS_OFFICER, _R.QA_ASSESSOR, _R.QA_APPROVER})
_BOOK = frozenset({_R.OPERATOR, _R.CUSTOMS_OFFICER})
_OFFICER = frozenset({_R.CUSTOMS_OFFICER})
_GIVE = _ON_DUTY - _OFFICER
"""Customs are shown no names of the house: they take alarms, and are given none."""
_PHOTOS = _OFFICER | {_R.QA_ASSESSOR, _R.QA_APPROVER, _R.AUDITOR}
_ON_THE_WAY = _ENTER | _BOOK | {_R.CONSIGNEE}
_EXCHANGE = frozenset({_R.CUSTOMS_OFFICER, _R.SERVICE})
_SITES = frozenset({_R.CUSTOMS_OFFICER, _R.ADMINISTRATOR})
_QUALITY = frozenset({_R.QA_ASSESSOR, _R.QA_APPROVER})
_REFUSED_MESSAGES = frozenset({_R.OPERATOR, _R.AUDITOR, _R.ADMINISTRATOR, _R.SERVICE})
_ADMIN = frozenset({_R.ADMINISTRATOR})
_OVERSEE = _QUALITY | _ADMIN | {_R.AUDITOR}


@dataclass(frozen=True, slots=True)
class Rule:
    """Which roles may, and what kind of object it is about."""

    roles: frozenset[Role]
    subject: str


RULES: Mapping[tuple[str, str], Rule] = {
    ("GET", "/me"): Rule(EVERY_ROLE, "principal"),
    ("PATCH", "/me"): Rule(EVERY_ROLE, "principal"),
    ("POST", "/me/password"): Rule(EVERY_ROLE, "principal"),
    ("POST", "/me/confirmation"): Rule(EVERY_ROLE, "principal"),
    ("POST", "/me/stay"): Rule(EVERY_ROLE, "session"),
    ("GET", "/me/sessions"): Rule(EVERY_ROLE, "session"),
    ("POST", "/me/sessions/end-others"): Rule(EVERY_ROLE, "session"),
    ("POST", "/me/sessions/{session_id}/end"): Rule(EVERY_ROLE, "session"),
    ("GET", "/me/factors"): Rule(EVERY_ROLE, "second factor"),
    ("POST", "/me/factors/totp"): Rule(EVERY_ROLE, "second factor"),
    ("POST", "/me/factors/totp/{factor_id}/confirm"): Rule(EVERY_ROLE, "second factor"),
    ("POST", "/me/factors/passkey/options"): Rule(EVERY_ROLE, "second factor"),
    ("POST", "/me/factors/passkey"): Rule(EVERY_ROLE, "second factor"),
    ("POST", "/me/confirmation/passkey/options"): Rule(EVERY_ROLE, "principal"),
    ("POST", "/me/confirmation/passkey"): Rule(EVERY_ROLE, "principal"),
    ("POST", "/sign-in/passkey/options"): Rule(EVERY_ROLE, "session"),
    ("POST", "/sign-in/passkey"): Rule(EVERY_ROLE, "session"),
    ("POST", "/me/factors/{factor_id}/remove"): Rule(EVERY_ROLE, "second factor"),
    ("POST", "/me/recovery-codes"): Rule(EVERY_ROLE, "second factor"),
    ("POST", "/sign-in/second"): Rule(EVERY_ROLE, "session"),
    ("POST", "/sign-out"): Rule(EVERY_ROLE, "session"),
    ("GET", "/boxes"): Rule(_COLD_CHAIN, "box"),
    ("POST", "/boxes"): Rule(_RUN, "box"),
    ("POST", "/boxes/batch"): Rule(_RUN, "box"),
    ("GET", "/boxes/{box_id}"): Rule(_COLD_CHAIN | {_R.DEVICE}, "box"),
    ("POST", "/boxes/{box_id}/retire"): Rule(_RUN, "box"),
    ("POST", "/boxes/{box_id}/return-to-service"): Rule(_RUN, "box"),
    ("GET", "/boxes/{box_id}/readings"): Rule(_COLD_CHAIN, "box"),
    ("GET", "/boxes/{box_id}/trace"): Rule(_COLD_CHAIN, "box"),
    ("GET", "/boxes/{box_id}/log"): Rule(_WITHIN, "box"),
    ("GET", "/boxes/{box_id}/boots"): Rule(_SENDERS | {_R.DEVICE}, "box"),
    ("GET", "/boxes/{box_id}/certificates"): Rule(_WITHIN, "box"),
    ("POST", "/boxes/{box_id}/certificates"): Rule(_RUN, "box"),
    ("POST", "/boxes/{box_id}/certificates/{fingerprint}/revoke"): Rule(_RUN, "box"),
    ("GET", "/probes"): Rule(_WITHIN, "probe"),
    ("GET", "/probes/{probe_id}/calibrations"): Rule(_WITHIN, "probe"),
    ("POST", "/probes/{probe_id}/calibrations"): Rule(_RUN, "probe"),
    ("GET", "/shipments"): Rule(_BOARD, "shipment"),
    ("GET", "/shipments.csv"): Rule(_BOARD, "shipment"),
    ("POST", "/shipments"): Rule(_ENTER, "shipment"),
    ("GET", "/shipments/{shipment_id}"): Rule(_BOARD, "shipment"),
    ("PATCH", "/shipments/{shipment_id}"): Rule(_ENTER, "shipment"),
    ("POST", "/shipments/{shipment_id}/assignments"): Rule(_ENTER, "shipment"),
    ("POST", "/shipments/{shipment_id}/milestones"): Rule(_ON_THE_WAY, "shipment"),
    ("PATCH", "/shipments/{shipment_id}/legs/{leg_id}"): Rule(_RUN, "shipment"),
    ("GET", "/shipments/{shipment_id}/grants"): Rule(_BOARD, "grant"),
    ("POST", "/shipments/{shipment_id}/grants"): Rule(_ENTER, "grant"),
    ("POST", "/shipments/{shipment_id}/grants/{grant_id}/revoke"): Rule(_ENTER, "grant"),
    ("GET", "/shipments/{shipment_id}/links"): Rule(_ENTER, "grant"),
    ("POST", "/shipments/{shipment_id}/links"): Rule(_ENTER, "grant"),
    ("POST", "/shipments/{shipment_id}/links/{link_id}/revoke"): Rule(_ENTER, "grant"),
    ("GET", "/shipments/{shipment_id}/notes"): Rule(_SENDERS | {_R.APPLICANT}, "shipment"),
    ("POST", "/shipments/{shipment_id}/notes"): Rule(
        _SENDERS - {_R.AUDITOR} | {_R.APPLICANT}, "shipment"
    ),
    ("GET", "/shipments/{shipment_id}/contacts"): Rule(_WITHIN, "shipment"),
    ("POST", "/shipments/{shipment_id}/contacts"): Rule(_RUN, "shipment"),
    ("PUT", "/shipments/{shipment_id}/contacts/{contact_id}"): Rule(_RUN, "shipment"),
    ("GET", "/shipments/{shipment_id}/slots"): Rule(_BOARD, "shipment"),
    ("GET", "/shipments/{shipment_id}/assessments"): Rule(_WITHIN, "shipment"),
    ("POST", "/shipments/{shipment_id}/deviations"): Rule(_QUALITY | {_R.OPERATOR}, "shipment"),
    ("GET", "/shipments/{shipment_id}/profile-moves"): Rule(_WITHIN, "shipment"),
    ("POST", "/shipments/{shipment_id}/profile-moves"): Rule(_QUALITY, "shipment"),
    ("POST", "/shipments/{shipment_id}/profile-moves/{move_id}/confirm"): Rule(
        _QUALITY, "shipment"
    ),
    ("GET", "/sites"): Rule(_BOARD, "site"),
    ("POST", "/sites"): Rule(_SITES, "site"),
    ("GET", "/sites/{site_id}"): Rule(_BOARD, "site"),
    ("PATCH", "/sites/{site_id}"): Rule(_SITES, "site"),
    ("GET", "/sites/{site_id}/openings"): Rule(_READ, "site"),
    ("POST", "/sites/{site_id}/openings"): Rule(_SITES, "site"),
    ("POST", "/sites/{site_id}/openings/copy"): Rule(_SITES, "site"),
    ("GET", "/sites/{site_id}/closures"): Rule(_READ, "site"),
    ("POST", "/sites/{site_id}/closures"): Rule(_SITES, "site"),
    ("POST", "/sites/{site_id}/closures/{closure_id}/withdraw"): Rule(_SITES, "site"),
    ("POST", "/sites/{site_id}/bays/{bay_id}/fitness"): Rule(_SITES, "site"),
    ("POST", "/sites/{site_id}/bays/{bay_id}/times"): Rule(_SITES, "site"),
    ("PUT", "/sites/{site_id}/routes"): Rule(_SITES, "site"),
    ("GET", "/sites/{site_id}/queue"): Rule(_READ, "shipment"),
    ("GET", "/sites/{site_id}/queue/what-if"): Rule(_READ, "shipment"),
    ("GET", "/sites/{site_id}/plan"): Rule(_READ, "appointment"),
    ("POST", "/sites/{site_id}/plan/answers"): Rule(_OFFICER, "appointment"),
    ("GET", "/sites/{site_id}/calendar.ics"): Rule(_READ, "appointment"),
    ("POST", "/shipments/{shipment_id}/start-now"): Rule(_OFFICER, "appointment"),
    ("POST", "/shipments/{shipment_id}/inspection-order"): Rule(_OFFICER, "shipment"),
    ("GET", "/appointments"): Rule(_BOARD, "appointment"),
    ("POST", "/appointments"): Rule(_BOOK, "appointment"),
    ("GET", "/appointments/{appointment_id}"): Rule(_BOARD, "appointment"),
    ("POST", "/appointments/{appointment_id}/cancel"): Rule(_BOOK, "appointment"),
    ("GET", "/shipments/{shipment_id}/marks"): Rule(_READ, "shipment"),
    ("POST", "/shipments/{shipment_id}/marks"): Rule(_RUN | _OFFICER, "shipment"),
    ("POST", "/shipments/{shipment_id}/marks/end"): Rule(_RUN | _OFFICER, "shipment"),
    ("POST", "/shipments/{shipment_id}/picking-scans"): Rule(_RUN | _OFFICER, "shipment"),
    ("GET", "/sites/{site_id}/figures"): Rule(_READ, "site"),
    ("GET", "/sites/{site_id}/figures.csv"): Rule(_READ, "site"),
    ("GET", "/bays/{bay_id}/room"): Rule(_READ, "site"),
    ("POST", "/bays/{bay_id}/loggers"): Rule(_SITES, "site"),
    ("POST", "/bays/{bay_id}/loggers/end"): Rule(_SITES, "site"),
    ("GET", "/checklists"): Rule(_READ, "checklist"),
    ("POST", "/checklists"): Rule(_SITES, "checklist"),
    ("GET", "/inspections"): Rule(_READ, "inspection"),
    ("POST", "/shipments/{shipment_id}/inspections"): Rule(_OFFICER, "inspection"),
    ("GET", "/inspections/{inspection_id}"): Rule(_READ, "inspection"),
    ("GET", "/inspections/{inspection_id}/record"): Rule(_READ, "inspection"),
    ("POST", "/inspections/{inspection_id}/moves"): Rule(_OFFICER, "inspection"),
    ("POST", "/inspections/{inspection_id}/scans"): Rule(_OFFICER, "inspection"),
    ("POST", "/inspections/{inspection_id}/checks"): Rule(_OFFICER, "inspection"),
    ("POST", "/inspections/{inspection_id}/findings"): Rule(_OFFICER, "inspection"),
    ("POST", "/inspections/{inspection_id}/seals"): Rule(_OFFICER, "inspection"),
    ("GET", "/papers"): Rule(_READ, "paper"),
    ("POST", "/papers"): Rule(_RUN | _BOOK, "paper"),
    ("GET", "/papers/{paper_id}"): Rule(_READ, "paper"),
    ("POST", "/papers/{paper_id}/withdrawal"): Rule(_BOOK, "paper"),
    ("POST", "/exchange/messages"): Rule(_EXCHANGE, "exchange message"),
    ("GET", "/exchange/messages"): Rule(_EXCHANGE | {_R.AUDITOR}, "exchange message"),
    ("GET", "/exchange/bookings"): Rule(_EXCHANGE | {_R.AUDITOR}, "appointment"),
    ("GET", "/paper-rules"): Rule(_DEPARTMENTS, "paper rule"),
    ("POST", "/paper-rules"): Rule(_SITES, "paper rule"),
    ("POST", "/paper-rules/{entry_id}/withdrawal"): Rule(_SITES, "paper rule"),
    ("GET", "/memberships"): Rule(_READ, "regime"),
    ("POST", "/memberships"): Rule(_SITES, "regime"),
    ("GET", "/clearances"): Rule(_READ | _CUSTOMS, "shipment"),
    ("GET", "/shipments/{shipment_id}/clearance"): Rule(_READ | _CUSTOMS, "shipment"),
    ("POST", "/shipments/{shipment_id}/declaration"): Rule(_RUN | _BOOK, "shipment"),
    ("POST", "/shipments/{shipment_id}/papers"): Rule(_RUN | _BOOK, "shipment"),
    ("POST", "/shipments/{shipment_id}/papers/{use_id}/give-back"): Rule(_BOOK, "shipment"),
    ("POST", "/shipments/{shipment_id}/papers/{use_id}/re-export"): Rule(_BOOK, "shipment"),
    ("POST", "/shipments/{shipment_id}/sign-offs"): Rule(_BOOK, "shipment"),
    ("POST", "/shipments/{shipment_id}/condition-checks"): Rule(_OFFICER, "shipment"),
    ("POST", "/shipments/{shipment_id}/emergency-releases"): Rule(_OFFICER, "shipment"),
    ("POST", "/sign-offs/{sign_off_id}/steps"): Rule(_BOOK | _CUSTOMS, "sign-off"),
    ("POST", "/risk-assessments"): Rule(_OFFICER, "risk assessment"),
    ("POST", "/emergency-releases/{release_id}/steps"): Rule(_OFFICER, "emergency release"),
    ("GET", "/officials"): Rule(_DEPARTMENTS, "official"),
    ("POST", "/officials/{principal_id}"): Rule(_ADMIN, "official"),
    ("POST", "/inspections/{inspection_id}/photos"): Rule(_OFFICER, "inspection"),
    ("GET", "/inspections/{inspection_id}/photos/{photo_id}"): Rule(_PHOTOS, "inspection"),
    ("POST", "/appointments/{appointment_id}/answer"): Rule(_OFFICER, "appointment"),
    ("POST", "/appointments/{appointment_id}/reschedule"): Rule(_BOOK, "appointment"),
    ("POST", "/appointments/{appointment_id}/check-in"): Rule(_BOOK, "appointment"),
    ("GET", "/alarms"): Rule(_COLD_CHAIN, "alarm"),
    ("GET", "/alarms/load"): Rule(_WITHIN, "alarm"),
    ("GET", "/alarms/{alarm_id}"): Rule(_COLD_CHAIN, "alarm"),
    ("GET", "/alarms/{alarm_id}/transitions"): Rule(_WITHIN, "alarm"),
    ("POST", "/alarms/{alarm_id}/acknowledge"): Rule(_ON_DUTY, "alarm"),
    ("GET", "/alarms/assignees"): Rule(_GIVE, "person"),
    ("POST", "/alarms/{alarm_id}/assign"): Rule(_GIVE, "alarm"),
    ("POST", "/alarms/{alarm_id}/take-over"): Rule(_ON_DUTY, "alarm"),
    ("POST", "/alarms/{alarm_id}/take-back"): Rule(_ON_DUTY, "alarm"),
    ("POST", "/alarms/{alarm_id}/shelve"): Rule(_ON_DUTY, "alarm"),
    ("POST", "/alarms/{alarm_id}/unshelve"): Rule(_ON_DUTY, "alarm"),
    ("GET", "/handover"): Rule(_READ, "handover"),
    ("POST", "/handover"): Rule(_ON_DUTY, "handover"),
    ("POST", "/handover/notes"): Rule(_ON_DUTY, "handover"),
    ("POST", "/handover/notes/{note_id}/done"): Rule(_ON_DUTY, "handover"),
    ("GET", "/notices"): Rule(_WITHIN, "notice"),
    ("GET", "/notices/channels"): Rule(_WITHIN, "notice"),
    ("POST", "/notices/test"): Rule(_RUN, "notice"),
    ("POST", "/notices/{notice_id}/replay"): Rule(_RUN, "notice"),
    ("GET", "/deviations"): Rule(_WITHIN, "deviation"),
    ("GET", "/deviations/{deviation_id}"): Rule(_WITHIN, "deviation"),
    ("POST", "/deviations/{deviation_id}/steps"): Rule(_QUALITY, "deviation"),
    ("GET", "/deviations/{deviation_id}/evidence"): Rule(_WITHIN, "deviation"),
    ("GET", "/profiles"): Rule(_WITHIN | {_R.SHIPPER}, "profile"),
    ("POST", "/profiles"): Rule(_QUALITY | _ADMIN, "profile"),
    ("GET", "/profiles/templates"): Rule(_WITHIN, "profile"),
    ("GET", "/profile-proposals"): Rule(_WITHIN, "profile"),
    ("GET", "/profile-proposals/{proposal_id}/trial"): Rule(_OVERSEE, "profile"),
    ("GET", "/profiles/{profile_id}/{version}/trial"): Rule(_OVERSEE, "profile"),
    ("POST", "/profile-proposals"): Rule(_QUALITY | _ADMIN, "profile"),
    ("POST", "/profile-proposals/{proposal_id}/decision"): Rule(_QUALITY, "profile"),
    ("POST", "/profile-proposals/{proposal_id}/withdrawal"): Rule(_QUALITY | _ADMIN, "profile"),
    ("GET", "/rejected"): Rule(_REFUSED_MESSAGES, "rejected message"),
    ("GET", "/rejected/reprocess"): Rule(_REFUSED_MESSAGES, "rejected message"),
    ("POST", "/rejected/reprocess"): Rule(_RUN, "rejected message"),
    ("POST", "/payloads/{payload_id}/identity"): Rule(_QUALITY, "patient"),
    ("POST", "/payloads/{payload_id}/identity/look-up"): Rule(_QUALITY, "patient"),
    ("POST", "/payloads/{payload_id}/identity/forget"): Rule(
        frozenset({_R.QA_APPROVER}), "patient"
    ),
    ("GET", "/data-policy"): Rule(EVERY_ROLE, "data policy"),
    ("GET", "/data-policy/rules"): Rule(_WITHIN, "data policy"),
    ("GET", "/data-policy/entries"): Rule(_WITHIN, "data policy"),
    ("GET", "/data-policy/decisions"): Rule(_OVERSEE, "data policy"),
    ("POST", "/data-policy/rules"): Rule(_ADMIN, "data policy"),
    ("POST", "/data-policy/instruments"): Rule(_ADMIN, "data policy"),
    ("POST", "/data-policy/emergencies"): Rule(_QUALITY | _ADMIN, "data policy"),
    ("POST", "/data-policy/emergencies/{entry_id}/papers"): Rule(_QUALITY | _ADMIN, "data policy"),
    ("POST", "/data-policy/entries/{entry_id}/withdrawal"): Rule(_ADMIN, "data policy"),
    ("GET", "/retention-rules"): Rule(_WITHIN, "retention rule"),
    ("POST", "/retention-rules"): Rule(frozenset({_R.QA_APPROVER}), "retention rule"),
    ("GET", "/retention-rules/{rule_id}/preview"): Rule(_WITHIN, "retention rule"),
    ("POST", "/retention-rules/{rule_id}/withdrawal"): Rule(_QUALITY, "retention rule"),
    ("GET", "/stream"): Rule(_BOARD, "everything"),
    ("GET", "/status"): Rule(_WITHIN, "everything"),
    ("GET", "/organisations"): Rule(_ADMIN | {_R.AUDITOR}, "organisation"),
    ("POST", "/organisations"): Rule(_ADMIN, "organisation"),
    ("PATCH", "/organisations/{organisation_id}"): Rule(_ADMIN, "organisation"),
    ("GET", "/people"): Rule(_ADMIN | {_R.AUDITOR}, "person"),
    ("POST", "/people"): Rule(_ADMIN, "person"),
    ("PATCH", "/people/{person_id}"): Rule(_ADMIN, "person"),
    ("POST", "/people/{person_id}/reset"): Rule(_ADMIN, "person"),
    ("POST", "/people/{person_id}/disable"): Rule(_ADMIN, "person"),
    ("GET", "/people/{person_id}/sessions"): Rule(_ADMIN, "session"),
    ("POST", "/people/{person_id}/sessions/end"): Rule(_ADMIN, "session"),
    ("GET", "/audit"): Rule(_ADMIN | {_R.AUDITOR}, "audit entry"),
    ("GET", "/audit/verification"): Rule(_ADMIN | {_R.AUDITOR}, "audit entry"),
    ("POST", "/audit/head"): Rule(_ADMIN | {_R.AUDITOR}, "audit entry"),
    ("GET", "/keys"): Rule(_ADMIN | {_R.AUDITOR}, "key"),
    ("POST", "/keys"): Rule(_ADMIN, "key"),
    ("POST", "/keys/{prefix}/revoke"): Rule(_ADMIN, "key"),
}
"""Method and path under /api/v1."""

OPEN = frozenset({("POST", "/sign-in"), ("POST", "/sign-in/link")})
"""What proves who somebody is cannot ask who they are: these have guards of their own."""

_OWN_SESSION = frozenset({("GET", "/me"), ("POST", "/sign-out")})
BEFORE_SECOND = _OWN_SESSION | {
    ("POST", "/sign-in/second"),
    ("POST", "/sign-in/passkey/options"),
    ("POST", "/sign-in/passkey"),
}
"""What a session may do that owes its second factor."""

WHILE_ENROLLING = _OWN_SESSION | {
    ("GET", "/me/factors"),
    ("POST", "/me/factors/totp"),
    ("POST", "/me/factors/totp/{factor_id}/confirm"),
    ("POST", "/me/factors/passkey/options"),
    ("POST", "/me/factors/passkey"),
}
"""What a session may do whose person must take a second factor first."""


def may(roles: frozenset[Role], method: str, path: str) -> bool:
    """Whether one of the roles may call the route; an unknown route nobody may."""
    rule = RULES.get((method, path))
    return rule is not None and not rule.roles.isdisjoint(roles)
