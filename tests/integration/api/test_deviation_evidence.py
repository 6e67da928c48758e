"""What a deviation's two signatures are bound to, and what comes after they were given."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text, update

from services.core.storage.database import Database
from services.core.storage.schema import assessment_state
from tests.integration.api.deviating import (
    WARM,
    Approve,
    disposition_of,
    keep,
    opened,
    step,
)
from tests.integration.api.inspecting import begun
from tests.support.api import NOW, at, rows
from tests.support.rows import boot_of, store


async def test_both_signatures_are_bound_to_the_evidence_that_was_seen(
    client: httpx.AsyncClient, database: Database, assessed: dict[str, Any], approve: Approve
) -> None:
    await approve()
    answer = await client.get(f"/deviations/{assessed['id']}/evidence")
    sha256 = hashlib.sha256(answer.content)
    assert answer.headers["etag"] == f'"{sha256.hexdigest()}"'
    taken = "SELECT entity_id, after FROM audit_entry WHERE action = 'export'"
    assert [tuple(one) for one in await rows(database, taken)] == [
        (assessed["id"], {"evidence_sha256": sha256.hexdigest()})
    ], "what is taken out is an entry"
    signed = await rows(database, "SELECT meaning, sha256 FROM signature ORDER BY signed_at")
    assert [(one.meaning, bytes(one.sha256)) for one in signed] == [
        ("reviewed", sha256.digest()),
        ("approved", sha256.digest()),
    ]
    pack = json.loads(answer.content)
    assert pack["out_of_label_min"] == {
        "1 air FRA-PVG": 30.0, "elsewhere": 0.0, "brief": 0.0, "total": 30.0,
    }  # fmt: skip
    assert pack["facts"]["broken"] == ["absolute_limit"]
    assert pack["profile"]["document"]["numbers"]


async def test_the_pack_tells_minutes_of_inspections_from_those_of_handling(
    client: httpx.AsyncClient, database: Database, held: dict[str, Any]
) -> None:
    """The lid was open for ten minutes long before the inspection, and for three as it began."""
    keys = await boot_of(database, "aaaa0001")
    for seq, event in (
        (20, "lid_opened"),
        (30, "lid_closed"),
        (96, "lid_opened"),
        (99, "lid_closed"),
    ):
        taken = NOW + timedelta(minutes=seq - 100)
        await store(database, keys, seq, temp_c=5.0, event=event, bucket_at=taken)
    seen = await begun(client, held)
    deviation = await opened(client, held)
    answer = await client.get(f"/deviations/{deviation['id']}/evidence?now=true")
    assert answer.json()["lid"] == {
        "inspections_s": 180.0,
        "by_inspection_s": {seen["id"]: 180.0},
        "handling_s": 600.0,
        "allowance_s": None,
        "allowance_source": "counted, no allowance set",
    }


async def test_the_pack_counts_the_time_outside_the_label_that_its_verdict_counts(
    client: httpx.AsyncClient, database: Database, held: dict[str, Any], assessed: dict[str, Any]
) -> None:
    """Two stays of 20 and 9 min beyond the label, one still open; a minute was too short to count.

    The verdict is an hour old: what is open has gone on for that hour.
    """
    stays = [[at(-3), at(-2.5), 1200.0], [at(-1.15), None, 540.0]]
    summary = {"out_of_label_s": 1800, "stays": stays}
    await keep(database, held, [*WARM, ["high", at(-1.15), None]], summary)
    answer = await client.get(f"/deviations/{assessed['id']}/evidence?now=true")
    found = answer.json()["out_of_label_min"]
    assert (found["brief"], found["total"]) == (1.0, 90.0)
    assert sum(found.values()) == pytest.approx(180.0)


async def test_the_pack_has_the_figures_that_went_on_after_the_verdict_was_kept(
    client: httpx.AsyncClient, database: Database, held: dict[str, Any], assessed: dict[str, Any]
) -> None:
    """The verdict is an hour old and has not changed; the judging since has seen it warmer."""
    stays = [[at(-3), at(-2.5), 1200.0]]
    kept = {"out_of_label_s": 1200, "stays": stays, "min_c": 4.0, "max_c": 9.4}
    await keep(database, held, WARM, kept)
    newest = {**kept, "out_of_label_s": 1320, "max_c": 9.9}
    async with database.unit_of_work() as unit:
        await unit.execute(update(assessment_state).values(summary=newest))
    answer = await client.get(f"/deviations/{assessed['id']}/evidence?now=true")
    pack = answer.json()
    assert pack["verdict"]["body"]["summary"]["max_c"] == 9.4
    assert pack["standing"]["summary"]["max_c"] == 9.9
    assert datetime.fromisoformat(pack["standing"]["as_of"]) == NOW
    assert pack["out_of_label_min"]["brief"] == 2.0


async def test_a_later_excursion_overtakes_the_release(
    client: httpx.AsyncClient,
    database: Database,
    held: dict[str, Any],
    assessed: dict[str, Any],
    approve: Approve,
) -> None:
    await approve()
    await keep(database, held, [*WARM, ["low", at(0.5), None]])
    assert await disposition_of(client, held) == "QA_HOLD"
    found = (await client.get(f"/deviations/{assessed['id']}")).json()
    assert found["disposition"]["overtaken"] is True
    reopened = await step(client, found, move="reopen")
    assert reopened.json()["state"] == "ACKNOWLEDGED"
    assert reopened.json()["disposition"]["superseded_at"] == at(0)


async def test_an_excursion_that_only_ends_does_not_overtake(
    client: httpx.AsyncClient, database: Database, held: dict[str, Any], approve: Approve
) -> None:
    await approve()
    await keep(database, held, [[WARM[0][0], WARM[0][1], at(-1.4)]])
    assert await disposition_of(client, held) == "RELEASED_WITH_COMMENT"


async def test_late_readings_from_before_the_assessment_stop_the_approval(
    database: Database, assessed: dict[str, Any], approve: Approve
) -> None:
    keys = await boot_of(database, "aaaa0001")
    await store(database, keys, 5, temp_c=14.0, bucket_at=NOW - timedelta(minutes=10))
    answer = await approve()
    assert answer.status_code == 409
    assert "evidence has changed" in answer.json()["detail"]


async def test_readings_from_after_the_assessment_do_not(
    client: httpx.AsyncClient, database: Database, held: dict[str, Any], approve: Approve
) -> None:
    keys = await boot_of(database, "aaaa0001")
    await store(database, keys, 5, temp_c=5.0, bucket_at=NOW + timedelta(minutes=1))
    await approve()
    assert await disposition_of(client, held) == "RELEASED_WITH_COMMENT"


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE evidence_pack SET pack = pack || '\\x20'",
        "UPDATE signature SET meaning = 'other'",
        "UPDATE signature SET signed_at = signed_at - interval '1 hour'",
        "DELETE FROM signature",
    ],
)
async def test_s63_signature_that_no_longer_fits_its_record_is_named(
    client: httpx.AsyncClient, database: Database, assessed: dict[str, Any], tampering: str
) -> None:
    found = (await client.get("/audit/verification")).json()
    assert (found["ok"], found["signatures"]) == (True, 1)
    async with database.unit_of_work() as unit:
        for table in ("evidence_pack", "signature"):
            await unit.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        await unit.execute(text(tampering))
    (finding,) = (await client.get("/audit/verification")).json()["findings"]
    assert finding["fault"] == "signature"
    (entry,) = await rows(database, "SELECT id FROM audit_entry WHERE entity = 'signature'")
    assert finding["entry_id"] == entry.id
