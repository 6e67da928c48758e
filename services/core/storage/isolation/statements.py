"""The statements that put the table rules into a database: grants, policies, their enforcement."""

from __future__ import annotations

from collections.abc import Iterator

from services.core.storage.isolation.rights import Service, TableRule
from services.core.storage.isolation.tables import VIEWS


def role_of(owner: str, service: Service) -> str:
    """A service's role is named after the owner of the database: installations do not mix."""
    return f"{owner}_{service}"


def keeper_of(owner: str) -> str:
    """The role of the one table that leads from a pseudonym to a person."""
    return f"{owner}_identity"


def statements(table: str, rule: TableRule, owner: str) -> Iterator[str]:
    """Everything that holds for one table; run again they replace what held before."""
    yield from _grants(table, dict(rule.rights), owner)
    keeper = quoted(keeper_of(owner))
    yield f"REVOKE ALL ON {table} FROM {keeper}"
    if rule.keeper:
        yield f"GRANT {rule.keeper} ON {table} TO {keeper}"
        yield from _policy(table, "kept", f"TO {keeper} USING (true) WITH CHECK (true)")
    if rule.rows.seen is None:
        return
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
    own = ", ".join([quoted(owner), *(_role(owner, one) for one in Service if one != Service.API)])
    yield from _policy(table, "program", f"TO {own} USING (true) WITH CHECK (true)")
    api = _role(owner, Service.API)
    seen = rule.rows.seen
    written = rule.rows.written or seen
    held = rule.rows.held or written
    for name, action in (
        ("seen", f"FOR SELECT TO {api} USING ({seen})"),
        ("added", f"FOR INSERT TO {api} WITH CHECK ({written})"),
        (
            "changed",
            f"FOR UPDATE TO {api} USING ({held}) WITH CHECK ({rule.rows.changed or written})",
        ),
        ("removed", f"FOR DELETE TO {api} USING ({written})"),
    ):
        yield from _policy(table, name, action)


def view_grants(owner: str) -> Iterator[str]:
    """What services may read that is no table."""
    for name, rights in VIEWS.items():
        yield from _grants(name, dict(rights), owner)


def quoted(name: str) -> str:
    """A name as SQL takes it, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'


def _role(owner: str, service: Service) -> str:
    return quoted(role_of(owner, service))


def _grants(name: str, rights: dict[Service, str], owner: str) -> Iterator[str]:
    everybody = ", ".join(_role(owner, one) for one in Service)
    yield f"REVOKE ALL ON {name} FROM PUBLIC, {everybody}"
    for service, right in rights.items():
        if right:
            yield f"GRANT {right} ON {name} TO {_role(owner, service)}"


def _policy(table: str, name: str, action: str) -> Iterator[str]:
    yield f"DROP POLICY IF EXISTS {name} ON {table}"
    yield f"CREATE POLICY {name} ON {table} {action}"
