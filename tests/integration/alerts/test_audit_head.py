"""How far the audit trail has come is told to QA, and what they keep finds what was cut off."""

import asyncio
import base64
import json
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from services.alerts.channels.plan import Surroundings, read_channels
from services.alerts.dispatcher import Dispatcher
from services.api.anchoring import Anchoring
from services.api.app import create_app
from services.core.domain.governance.audit import AuditKeys
from services.core.domain.governance.audit_anchor import parse_head
from services.core.domain.governance.audit_check import Fault
from services.core.domain.governance.reach import installation
from services.core.runtime.clock import FixedClock
from services.core.storage.audit import AuditEntry, AuditRepository
from services.core.storage.audit_verification import verify_audit
from services.core.storage.database import Database
from services.core.storage.isolation.rights import Service
from tests.integration.alerts.builders import START
from tests.support.api import local_client, rows
from tests.support.postbox import Postbox
from tests.support.webhooks import Receiver, a_receiver

DAY = timedelta(days=1)
KEY = "whsec_" + base64.b64encode(bytes(range(32))).decode()
CHANNELS = """
[[channel]]
name = "qa"
kind = "apprise"
address = "{mail}"
audiences = ["sponsor_qa"]
country = "CN"

[[channel]]
name = "qa-system"
kind = "webhook"
address = "{hook}"
secret_env = "KEY"
country = "CN"

[[channel]]
name = "couriers"
kind = "apprise"
address = "{mail}"
audiences = ["courier"]
country = "CN"
"""


@pytest.fixture
async def clock() -> FixedClock:
    return FixedClock(START)


async def _act(database: Database, clock: FixedClock, number: int) -> None:
    async with database.unit_of_work(installation(clock.now())) as unit:
        await AuditRepository(unit).add(
            AuditEntry(
                at=clock.now(),
                principal_id="chen.yu",
                source="key",
                action="approve",
                entity="deviation",
                entity_id=str(number),
            )
        )


def _mailed(postbox: Postbox) -> list[str]:
    """What each mail says to check against."""
    told = []
    for mail in postbox.mails:
        body = mail.get_body(("plain", "html"))
        assert body is not None
        found = re.search(r"--head\s+(\d+:[0-9a-f]{64})", body.get_content())
        assert found, body.get_content()
        told.append(found[1])
    return told


def _cut_off_the_tail(url: str, but: int) -> None:
    """As whoever owns the database can: the rest of the chain is whole."""
    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql")) as owner:
        for table in ("audit_seal", "audit_entry"):
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        owner.execute("DELETE FROM audit_seal WHERE position > %s", [but])
        owner.execute("DELETE FROM audit_entry WHERE id NOT IN (SELECT entry_id FROM audit_seal)")


async def test_s63_head_that_was_mailed_and_posted_finds_a_tail_that_was_cut_off(
    database: Database, database_url: str, clock: FixedClock, tmp_path: Path,
    post_office: tuple[Postbox, str],
) -> None:  # fmt: skip
    """Once a day while it runs, from the second day on; on demand at once."""
    postbox, mail = post_office
    api = Database(database_url, service=Service.API)
    anchoring = Anchoring(api, None, clock, DAY)
    with a_receiver() as receiver:
        dispatcher = _dispatcher(database, clock, tmp_path, (mail, receiver))
        await _act(database, clock, 1)
        await anchoring.once()
        await dispatcher.run_once()
        assert (postbox.mails, receiver.posts) == ([], [])
        clock.advance(DAY)
        await _act(database, clock, 2)
        for each in (anchoring, anchoring, Anchoring(api, None, clock, DAY)):
            await each.once()
            await dispatcher.run_once()
        (head,) = _mailed(postbox)
        assert head.startswith("2:")
        told = json.loads(receiver.posts[0][1])
        assert told["type"] == "audit_head.told"
        assert f"{told['data']['entries']}:{told['data']['hash']}" == head

        async with local_client(create_app(clock, api)) as client:
            asked = await client.post("/audit/head")
        assert asked.status_code == 202, asked.text
        await dispatcher.run_once()
        assert _mailed(postbox) == [head, head]
        assert len(receiver.posts) == 2
    (entry,) = await rows(database, "SELECT after FROM audit_entry WHERE action = 'tell'")
    assert entry.after["entries"] == 2
    await api.close()

    assert await _findings(database, head) == []
    await asyncio.to_thread(_cut_off_the_tail, database_url, 1)
    assert await _findings(database) == []
    assert await _findings(database, head) == [(Fault.CUT_OFF, 2)]


def _dispatcher(
    database: Database, clock: FixedClock, folder: Path, ways: tuple[str, Receiver]
) -> Dispatcher:
    mail, receiver = ways
    path = folder / "channels.toml"
    path.write_text(CHANNELS.format(mail=mail, hook=receiver.url))
    environment: Mapping[str, str] = {"KEY": KEY}
    inside = frozenset({receiver.place})
    around = Surroundings(environment=environment, clock=clock, links=None, inside=inside)
    return Dispatcher(database, read_channels(path, around), clock)


async def _findings(database: Database, *kept: str) -> list[tuple[Fault, int | None]]:
    """What a check says, held against what was kept of notices."""
    heads = [parse_head(one) for one in kept]
    async with database.unit_of_work() as unit:
        found = await verify_audit(unit, AuditKeys(), (), heads=heads)
    return [(one.fault, one.position) for one in found.findings]
