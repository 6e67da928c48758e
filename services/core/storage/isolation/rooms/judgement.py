"""What alerts makes of the readings, and whom it tells."""

from __future__ import annotations

from collections.abc import Mapping

from services.core.storage.isolation.conditions import (
    NOBODY,
    PROGRAM,
    Rows,
    either,
    of_shipment,
    shared,
    through,
    visible,
)
from services.core.storage.isolation.rights import (
    ADD,
    ALL,
    TableRule,
    of_alerts,
    of_api,
    rule,
)

_ALARM = either(
    shared("alarm.shipment_id"),
    f"alarm.shipment_id IS NULL AND {visible('box', 'alarm.box_no', 'box_no')}",
)

JUDGEMENT: Mapping[str, TableRule] = {
    "worklist": rule(PROGRAM, ingest=ADD, alerts=ALL, api=ADD),
    "assessment_state": of_alerts(of_shipment("assessment_state")),
    "assessment": of_alerts(through("payload", "assessment", "payload_id"), ADD),
    "checkpoint": of_alerts(through("payload", "checkpoint", "payload_id"), ALL),
    "alarm": of_alerts(Rows(seen=_ALARM)),
    "alarm_transition": of_alerts(through("alarm", "alarm_transition", "alarm_id"), ADD),
    "box_contact": of_alerts(through("box", "box_contact", "box_no")),
    "notification_outbox": of_alerts(Rows(seen=NOBODY, written=either("true")), api=ADD),
    "notice_delivery": of_alerts(Rows(seen=NOBODY)),
    "courier_link": of_alerts(Rows(seen=NOBODY), ADD),
    "courier_answer": of_api(Rows(seen=NOBODY), ADD),
    "acknowledgement": of_api(through("alarm", "acknowledgement", "alarm_id")),
    "alarm_assignment": of_api(through("alarm", "alarm_assignment", "alarm_id")),
    "shelving": of_api(through("alarm", "shelving", "alarm_id")),
}
