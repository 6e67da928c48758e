"""All tables, by aggregate. One service writes each; `docs/reference/tables.md` says which."""

from services.core.storage.schema.base import metadata
from services.core.storage.schema.boxes import box, calibration, probe, probe_assignment
from services.core.storage.schema.customs import appointment, bay, site
from services.core.storage.schema.judgement import (
    acknowledgement,
    alarm,
    alarm_transition,
    assessment,
    assessment_state,
    box_contact,
    checkpoint,
    notification_outbox,
    shelving,
    worklist,
)
from services.core.storage.schema.people import (
    api_key,
    audit_entry,
    idempotency_key,
    organisation,
    principal,
    service_heartbeat,
)
from services.core.storage.schema.quality import (
    deviation,
    deviation_step,
    disposition,
    evidence_pack,
    signature,
)
from services.core.storage.schema.readings import (
    boot_clock,
    key_conflict,
    reading,
    rejected_message,
    reprocess_request,
    watermark,
)
from services.core.storage.schema.retention import reading_removal, retention_rule
from services.core.storage.schema.shipments import (
    assignment,
    contact,
    leg,
    milestone,
    payload,
    profile,
    profile_move,
    shipment,
)

__all__ = [
    "acknowledgement",
    "alarm",
    "alarm_transition",
    "api_key",
    "appointment",
    "assessment",
    "assessment_state",
    "assignment",
    "audit_entry",
    "bay",
    "boot_clock",
    "box",
    "box_contact",
    "calibration",
    "checkpoint",
    "contact",
    "deviation",
    "deviation_step",
    "disposition",
    "evidence_pack",
    "idempotency_key",
    "key_conflict",
    "leg",
    "metadata",
    "milestone",
    "notification_outbox",
    "organisation",
    "payload",
    "principal",
    "probe",
    "probe_assignment",
    "profile",
    "profile_move",
    "reading",
    "reading_removal",
    "rejected_message",
    "reprocess_request",
    "retention_rule",
    "service_heartbeat",
    "shelving",
    "shipment",
    "signature",
    "site",
    "watermark",
    "worklist",
]
