"""The database itself keeps organisations apart, and each service to its own tables."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from services.core.domain.governance.reach import Reach, installation
from services.core.storage.database import Database, UnitOfWork
from services.core.storage.isolation.logins import make_logins
from services.core.storage.isolation.rights import Service
from services.core.storage.isolation.tables import TABLES
from tests.support.servers import PostgresServer

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
A, B = (
    Reach(at=NOW, organisation_id="firm-a", principal_id="ann"),
    Reach(at=NOW, organisation_id="firm-b", principal_id="bo"),
)
_FIRMS = """
INSERT INTO organisation (organisation_id, name, country, kind, created_at)
VALUES ('firm-a', 'Firm A', 'CN', 'operator', now()), ('firm-b', 'Firm B', 'CN', 'operator', now());
INSERT INTO principal (principal_id, kind, name, organisation_id, created_at)
VALUES ('ann', 'person', 'Ann', 'firm-a', now()), ('bo', 'person', 'Bo', 'firm-b', now());
"""


@pytest.fixture
async def api(database_url: str, database: Database) -> AsyncIterator[Database]:
    """The API's way in, with one connection for everybody, and two firms with a shipment each."""
    async with database.unit_of_work() as unit:
        for statement in filter(str.strip, _FIRMS.split(";")):
            await unit.execute(text(statement))
    handle = Database(database_url, pool_size=1, service=Service.API)
    for reach in (A, B):
        async with handle.unit_of_work(reach) as unit:
            await enter(unit, reach.organisation_id)
    yield handle
    await handle.close()


async def enter(unit: UnitOfWork, owner: str) -> UUID:
    """A shipment with its payload, a box and a profile of the firm's own."""
    shipment_id = uuid4()
    values = {"id": shipment_id, "owner": owner, "box": f"BOX-{owner.upper()}", "by": "ann"}
    for statement in (
        "INSERT INTO shipment (shipment_id, reference, product, created_at, organisation_id)"
        " VALUES (:id, :owner, 'cells', now(), :owner)",
        "INSERT INTO shipment_grant (grant_id, shipment_id, organisation_id, owner_id, party,"
        " granted_by, granted_at, reason)"
        " VALUES (gen_random_uuid(), :id, :owner, :owner, 'owner', :by, now(), 'own')",
        "INSERT INTO box (box_id, shard, registered_at, organisation_id)"
        " VALUES (:box, 1, now(), :owner)",
        "INSERT INTO profile (profile_id, version, document, created_at, organisation_id)"
        " VALUES (:owner, 1, '{}', now(), :owner)",
        "INSERT INTO payload (payload_id, shipment_id, reference, profile_id, profile_version,"
        " clocks_entered_by) VALUES (gen_random_uuid(), :id, 'BAG', :owner, 1, :by)",
        "INSERT INTO audit_entry (at, principal_id, action, entity, entity_id, source, digest)"
        " SELECT now(), principal_id, 'create', 'shipment', :owner, 'test', sha256('')"
        " FROM principal WHERE organisation_id = :owner",
    ):
        await unit.execute(text(statement), values)
    return shipment_id


async def seen(unit: UnitOfWork, table: str) -> list[str]:
    """The rows of a table as texts: a query whose author forgot every filter."""
    return [row[0] for row in await unit.execute(text(f"SELECT {table}::text FROM {table}"))]


async def test_nobody_leaves_a_note_in_the_name_of_another(api: Database) -> None:
    """Neither of another person nor of another house; one's own is taken."""
    statement = text(
        "INSERT INTO shipment_note (note_id, shipment_id, written_at, written_by, organisation_id,"
        " words) SELECT gen_random_uuid(), shipment_id, now(), :by, :house, 'x' FROM shipment"
    )
    for by, house in (("bo", "firm-a"), ("ann", "firm-b"), ("ann", None)):
        with pytest.raises(ProgrammingError):
            async with api.unit_of_work(A) as unit:
                await unit.execute(statement, {"by": by, "house": house})
    async with api.unit_of_work(A) as unit:
        await unit.execute(statement, {"by": "ann", "house": "firm-a"})
        assert len(await seen(unit, "shipment_note")) == 1
    async with api.unit_of_work(B) as unit:
        assert await seen(unit, "shipment_note") == []


async def test_a_forgotten_filter_shows_a_firm_its_own_rows_and_no_others(api: Database) -> None:
    for reach, own, other in ((A, "firm-a", "firm-b"), (B, "firm-b", "firm-a")):
        async with api.unit_of_work(reach) as unit:
            for table in ("shipment", "payload", "box", "shipment_grant", "audit_entry"):
                rows = await seen(unit, table)
                assert rows, table
                assert not any(other in row or other.upper() in row for row in rows), table
                assert len(rows) == 1, table
            profiles = await seen(unit, "profile")
            assert any(own in row for row in profiles)
            assert not any(other in row for row in profiles)


async def test_without_a_reach_nothing_is_seen_also_after_somebody_who_saw_much(
    api: Database,
) -> None:
    async with api.unit_of_work(installation(NOW)) as unit:
        assert len(await seen(unit, "shipment")) == 2
    async with api.unit_of_work() as unit:
        for table, rule in TABLES.items():
            if rule.rows.seen is None or Service.API not in rule.rights:
                continue
            if table in ("site", "bay", "profile", "contact", "organisation"):
                continue  # what is open to everybody is so without a name too
            assert await seen(unit, table) == [], table


async def test_two_firms_take_turns_on_one_connection_and_never_see_each_other(
    api: Database,
) -> None:
    backends = set()
    for _ in range(3):
        for reach, own in ((A, "firm-a"), (B, "firm-b")):
            async with api.unit_of_work(reach) as unit:
                backends.add((await unit.execute(text("SELECT pg_backend_pid()"))).scalar_one())
                found = await unit.execute(text("SELECT organisation_id FROM shipment"))
                assert list(found.scalars()) == [own]
        async with api.unit_of_work() as unit:
            assert await seen(unit, "shipment") == []
    assert len(backends) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO shipment (shipment_id, reference, product, created_at, organisation_id)"
        " VALUES (gen_random_uuid(), 'X', 'cells', now(), 'firm-b')",
        "INSERT INTO box (box_id, shard, registered_at, organisation_id)"
        " VALUES ('BOX-X', 1, now(), 'firm-b')",
        "UPDATE shipment SET organisation_id = 'firm-b'",
        "UPDATE box SET organisation_id = 'firm-b'",
        "INSERT INTO organisation (organisation_id, name, country, kind, created_at)"
        " VALUES ('mine', 'Mine', 'CN', 'platform', now())",
        "INSERT INTO audit_entry (at, principal_id, action, entity, entity_id, source, digest)"
        " VALUES (now(), 'bo', 'create', 'box', 'x', 'test', sha256(''))",
    ],
)
async def test_what_belongs_to_others_cannot_be_written(api: Database, statement: str) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"):
        async with api.unit_of_work(A) as unit:
            await unit.execute(text(statement))


async def test_s43_nobody_grants_themselves_the_shipment_of_another(
    api: Database, database: Database
) -> None:
    async with database.unit_of_work() as unit:
        found = text("SELECT shipment_id FROM shipment WHERE organisation_id = 'firm-b'")
        theirs = {"id": (await unit.execute(found)).scalar_one()}
    for owner in ("firm-a", "firm-b"):
        with pytest.raises(ProgrammingError, match="row-level security"):
            async with api.unit_of_work(A) as unit:
                await unit.execute(
                    text(
                        "INSERT INTO shipment_grant (grant_id, shipment_id, organisation_id,"
                        " owner_id, party, granted_by, granted_at, reason) VALUES"
                        " (gen_random_uuid(), :id, 'firm-a', :owner, 'carrier', 'ann', now(), 'x')"
                    ),
                    {**theirs, "owner": owner},
                )
    async with api.unit_of_work(A) as unit:
        assert len(await seen(unit, "shipment")) == 1


async def test_a_change_without_a_filter_reaches_no_row_of_others(
    api: Database, database: Database
) -> None:
    async with api.unit_of_work(A) as unit:
        assert (await unit.execute(text("UPDATE shipment SET product = 'gone'"))).rowcount == 1
        assert (await unit.execute(text("DELETE FROM assignment"))).rowcount == 0
    async with database.unit_of_work() as unit:
        rows = await unit.execute(text("SELECT product FROM shipment ORDER BY organisation_id"))
        assert list(rows.scalars()) == ["gone", "cells"]


@pytest.fixture
def logins(database_url: str) -> dict[Service, str]:
    """Each service's own way in."""
    return make_logins(database_url)


@pytest.mark.parametrize(
    ("service", "statement"),
    [
        (Service.API, "SELECT FROM reading"),
        (Service.API, "INSERT INTO assessment_state (payload_id) VALUES (gen_random_uuid())"),
        (Service.API, "UPDATE alarm SET priority = 3"),
        (Service.API, "DELETE FROM shipment"),
        (Service.API, "UPDATE audit_entry SET reason = ''"),
        (Service.API, "TRUNCATE audit_entry"),
        (Service.API, "UPDATE shipment_grant SET ends_at = NULL"),
        (Service.API, "SET ROLE coldlane"),
        (Service.API, "ALTER TABLE shipment DISABLE ROW LEVEL SECURITY"),
        (Service.INGEST, "UPDATE shipment SET product = ''"),
        (Service.INGEST, "INSERT INTO alarm (alarm_id) VALUES (gen_random_uuid())"),
        (Service.INGEST, "SELECT FROM api_key"),
        (Service.ALERTS, "INSERT INTO reading (box_no) VALUES (1)"),
        (Service.ALERTS, "UPDATE appointment SET state = 'CANCELLED'"),
        (Service.ALERTS, "SELECT FROM audit_entry"),
        (Service.ALERTS, "SET ROLE coldlane_api"),
    ],
)
def test_a_hand_typed_statement_keeps_to_what_its_service_may_write(
    logins: dict[Service, str], service: Service, statement: str
) -> None:
    with psycopg.connect(logins[service]) as connection:
        assert connection.execute("SELECT current_user").fetchone() == (f"coldlane_{service}",)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement.encode())


def test_no_service_can_pass_by_the_policies(database_url: str, logins: dict[Service, str]) -> None:
    roles = [f"coldlane_{service}" for service in Service]
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        able = connection.execute(
            "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)"
            " AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR NOT rolcanlogin)",
            (roles,),
        ).fetchall()
        owned = connection.execute(
            "SELECT relname FROM pg_class WHERE relowner = ANY(%s::text[]::regrole[])"
            " AND relkind IN ('r', 'p', 'v') AND relname !~ '^reading'",
            (roles,),
        ).fetchall()
        forced = connection.execute(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"
        ).fetchall()
    assert (able, owned) == ([], [])
    assert {name for name, rule in TABLES.items() if rule.rows.seen} == {row[0] for row in forced}


def test_a_new_password_shuts_the_old_one_out(
    database_url: str, logins: dict[Service, str], postgres_server: PostgresServer
) -> None:
    fresh = make_logins(database_url, [Service.API])[Service.API]
    psycopg.connect(fresh).close()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(logins[Service.API])
    psycopg.connect(logins[Service.INGEST]).close()


def test_s44_views_and_functions_lend_nobody_more_than_they_say(database_url: str) -> None:
    """A view asks with the caller's rights, or is one that holds itself to the stays."""
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        views = connection.execute(
            "SELECT relname, array_to_string(reloptions, ',') FROM pg_class"
            " WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace ORDER BY relname"
        ).fetchall()
        definers = connection.execute(
            "SELECT proname, array_to_string(proconfig, ',') FROM pg_proc"
            " WHERE prosecdef AND pronamespace = 'public'::regnamespace ORDER BY proname"
        ).fetchall()
    assert views == [
        ("held_place", "security_barrier=true"),
        ("payload_disposition", "security_invoker=true"),
        ("shown_reading", "security_barrier=true"),
    ]
    assert definers == [
        ("count_data_persons", "search_path=pg_catalog, pg_temp"),
        ("seal_audit_entry", "search_path=pg_catalog, public, pg_temp"),
    ]
