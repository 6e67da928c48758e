"""Photos of inspections: sealed from the first byte, audited when they are looked at."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.api.app import create_app
from services.core.runtime.clock import FixedClock
from services.core.runtime.sealing import new_key_line, read_seal_keys
from services.core.storage.database import Database
from tests.integration.api.inspecting import begun, decided, gone_through
from tests.support.api import local_client, made, rows, shipped, site

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
