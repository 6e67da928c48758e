"""What may leave the country, and what did."""

from __future__ import annotations

from collections.abc import Mapping

from services.core.storage.isolation.conditions import NOBODY, OWN, Rows, either
from services.core.storage.isolation.rights import ADD, READ, TableRule, of_api, rule

DATA_POLICY: Mapping[str, TableRule] = {
    # Whoever it is about sees what stands with them; rules hold for everybody.
    "data_entry": of_api(
        Rows(seen=either("kind = 'rule'", f"data_entry.{OWN}"), written=either()), ingest=""
    ),
    # Written by the trigger of the persons alone, with the owner's rights.
    "data_count": of_api(Rows(seen=NOBODY), READ, ingest="", alerts=""),
    "data_person": of_api(Rows(seen=NOBODY), ADD, ingest="", alerts=""),
    "data_decision": rule(
        Rows(seen=either(f"data_decision.{OWN}"), written=either()), alerts=ADD, api=ADD
    ),
}
