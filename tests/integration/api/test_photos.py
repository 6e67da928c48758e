"""Photos of inspections: sealed from the first byte, audited when they are looked at."""

import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.api.app import create_app
from services.core.runtime.clock import FixedClock
from services.core.runtime.sealing import new_key_line, read_seal_keys
from services.core.storage.database import Database
from tests.integration.api.inspecting import begun, decided, gone_through
from tests.support.api import at, local_client, made, rows, shipped, site
from tests.support.firms import key_of
from tests.support.papers import paper

JPEG = b"\xff\xd8\xff\xe0" + b"a label with a number" * 20


@pytest.fixture
async def client(
    database: Database, clock: FixedClock, tmp_path: Path
) -> AsyncIterator[httpx.AsyncClient]:
    keys = tmp_path / "photo.keys"
    keys.write_text(new_key_line("1"))
    keys.chmod(0o600)
    app = create_app(clock, database, photo_keys=read_seal_keys(keys))
    async with local_client(app) as client:
        await made(client, "/sites", site())
        yield client


async def sent(
    client: httpx.AsyncClient, seen: Any, content: bytes = JPEG, kind: str = "image/jpeg"
) -> httpx.Response:
    return await client.post(
        f"/inspections/{seen['id']}/photos?caption=seal",
        content=content,
        headers={"content-type": kind},
    )


async def test_a_photo_is_kept_by_its_hash_sealed_and_every_look_is_written_down(
    client: httpx.AsyncClient, database: Database
) -> None:
    seen = await begun(client, await shipped(client))
    kept = await sent(client, seen)
    assert kept.status_code == 201, kept.text
    [photo] = kept.json()["photos"]
    assert photo["sha256"] == hashlib.sha256(JPEG).hexdigest()
    assert (photo["caption"], photo["size_bytes"]) == ("seal", len(JPEG))
    [blob] = await rows(database, "SELECT sealed FROM photo_blob")
    assert b"label" not in bytes(blob.sealed)
    path = f"/inspections/{seen['id']}/photos/{photo['id']}"
    looked = await client.get(path)
    assert (looked.content, looked.headers["content-type"]) == (JPEG, "image/jpeg")
    assert looked.headers["cache-control"] == "no-store"
    entries = await rows(
        database,
        "SELECT action, principal_id FROM audit_entry WHERE entity = 'photo' ORDER BY id",
    )
    assert [tuple(row) for row in entries] == [("look", "local-operator")]
    again = await sent(client, seen)
    assert again.json()["type"] == "/problems/already-exists"


@pytest.fixture
async def abroad(client: httpx.AsyncClient) -> dict[str, str]:
    """Somebody of the installation's own who reads in Germany."""
    body = {"organisation_id": "lab", "name": "Lab", "country": "DE", "kind": "platform"}
    await made(client, "/organisations", body)
    return await key_of(client, "lab", "auditor")


async def decisions(client: httpx.AsyncClient, about: str) -> list[tuple[bool, list[str]]]:
    """Whether it left, and of which classes it is; the oldest first."""
    found = (await client.get("/data-policy/decisions")).json()["items"]
    return [(one["passed"], one["classes"]) for one in reversed(found) if one["about"] == about]


async def persons(client: httpx.AsyncClient) -> dict[str, int]:
    counts: dict[str, int] = (await client.get("/data-policy/rules")).json()["counts"]
    return counts


async def test_s74_photo_stays_at_home_until_an_emergency_and_both_are_written_down(
    client: httpx.AsyncClient, abroad: dict[str, str], clock: FixedClock
) -> None:
    seen = await begun(client, await shipped(client))
    [photo] = (await sent(client, seen)).json()["photos"]
    path, classes = f"/inspections/{seen['id']}/photos/{photo['id']}", ["personal", "sensitive"]
    refused = await client.get(path, headers=abroad)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (403, "data_policy")
    assert "number" not in refused.text
    assert await persons(client) == {}
    emergency = {"organisation": "lab", "classes": classes, "reason": "compare the bag"}
    await made(client, "/data-policy/emergencies", {**emergency, "ends_at": at(1)})
    looked = await client.get(path, headers=abroad)
    assert (looked.status_code, looked.content) == (200, JPEG), looked.text
    assert await persons(client) == {"personal": 1, "sensitive": 1}
    clock.advance(timedelta(hours=2))
    assert (await client.get(path, headers=abroad)).status_code == 403
    about = "GET /inspections/{inspection_id}/photos/{photo_id}"
    assert await decisions(client, about) == [(False, classes), (True, classes), (False, classes)]


async def test_s74_record_of_an_inspection_and_the_number_of_a_paper_stay_at_home(
    client: httpx.AsyncClient, abroad: dict[str, str]
) -> None:
    seen = await begun(client, await shipped(client))
    refused = await client.get(f"/inspections/{seen['id']}/record", headers=abroad)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (403, "data_policy")
    about = "GET /inspections/{inspection_id}/record"
    assert await decisions(client, about) == [(False, ["human_genetic", "personal", "sensitive"])]
    entered = await made(client, "/papers", paper(number="HGR-2026-CANARY"))
    path = f"/papers/{entered['paper_id']}"
    assert (await client.get(path)).json()["number"] == "HGR-2026-CANARY"
    for asked in (path, "/papers"):
        shown = await client.get(asked, headers=abroad)
        assert (shown.status_code, "CANARY" in shown.text) == (200, False)
        assert "Paper.number" in shown.headers["coldlane-held-back"]
    for about in ("GET /papers/{paper_id}", "GET /papers"):
        assert await decisions(client, about) == [(True, ["none"])]


async def test_the_signed_record_holds_the_hash_and_no_byte_of_the_photo(
    client: httpx.AsyncClient,
) -> None:
    seen = await begun(client, await shipped(client))
    await sent(client, seen)
    seen = (await client.get(f"/inspections/{seen['id']}")).json()
    seen = await decided(client, await gone_through(client, seen))
    record = (await client.get(f"/inspections/{seen['id']}/record")).content
    assert hashlib.sha256(JPEG).hexdigest().encode() in record
    assert b"a label with" not in record
    closed = await sent(client, seen, JPEG + b"2")
    assert closed.json()["type"] == "/problems/illegal-transition"


async def test_what_is_no_photo_or_too_large_is_refused(client: httpx.AsyncClient) -> None:
    seen = await begun(client, await shipped(client))
    script = await sent(client, seen, b"<svg onload=alert(1)>", "image/svg+xml")
    assert (script.status_code, script.json()["errors"][0]["pointer"]) == (422, "content")
    posing = await sent(client, seen, JPEG, "image/png")
    assert posing.json()["errors"][0]["pointer"] == "Content-Type"
    large = await sent(client, seen, JPEG + bytes(8 * 1024 * 1024))
    assert large.status_code == 413
    two_mib = await sent(client, seen, JPEG + bytes(2 * 1024 * 1024))
    assert two_mib.status_code == 201
    elsewhere = await client.post(
        f"/inspections/{seen['id']}/findings", content=bytes(2 * 1024 * 1024)
    )
    assert elsewhere.status_code == 413


async def test_an_installation_without_a_key_says_so(database: Database, clock: FixedClock) -> None:
    async with local_client(create_app(clock, database)) as bare:
        await made(bare, "/sites", site())
        refused = await sent(bare, await begun(bare, await shipped(bare)))
    assert (refused.status_code, "photo-key" in refused.json()["remedy"]) == (503, True)
