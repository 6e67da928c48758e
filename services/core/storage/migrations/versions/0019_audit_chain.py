"""Audit entries that nobody changes any more, each bound to the one before."""

from datetime import UTC

import sqlalchemy as sa
from alembic import op

from services.core.domain.governance.audit import AuditEntry, as_instant, entry_digest

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_STATEMENTS = """
ALTER TABLE audit_entry ADD COLUMN digest BYTEA;

ALTER TABLE audit_entry ADD COLUMN key_id TEXT;

CREATE INDEX audit_entry_principal_id_idx ON audit_entry (principal_id);

COMMENT ON TABLE audit_entry IS
      'append-only, also for its owner; digest: of the bytes in docs/reference/audit.md';

CREATE TABLE audit_seal (
    position BIGINT NOT NULL,
    entry_id BIGINT NOT NULL,
    sealed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    previous BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    CONSTRAINT audit_seal_pkey PRIMARY KEY (position),
    CONSTRAINT audit_seal_entry_id_key UNIQUE (entry_id),
    CONSTRAINT audit_seal_entry_id_fkey FOREIGN KEY(entry_id) REFERENCES audit_entry (id)
);

COMMENT ON TABLE audit_seal IS
      'the chain of audit entries, written by their trigger at the end of each transaction'
"""

_CHAIN = """
CREATE FUNCTION chain_audit_entry(of_entry bigint, of_digest bytea)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  last_place bigint := 0;
  last_hash bytea := decode(repeat('00', 32), 'hex');
  moment timestamptz;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('coldlane.audit'));
  SELECT position, hash INTO last_place, last_hash FROM public.audit_seal
   ORDER BY position DESC LIMIT 1;
  last_place := coalesce(last_place, 0) + 1;
  last_hash := coalesce(last_hash, decode(repeat('00', 32), 'hex'));
  moment := clock_timestamp();
  INSERT INTO public.audit_seal (position, entry_id, sealed_at, previous, hash)
  VALUES (last_place, of_entry, moment, last_hash, sha256(last_hash || int8send(last_place)
    || int8send(of_entry) || int8send(CAST(extract(epoch FROM moment) * 1000000 AS bigint))
    || of_digest));
END $$
"""

_SEAL = """
CREATE FUNCTION seal_audit_entry() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  PERFORM public.chain_audit_entry(NEW.id, NEW.digest);
  RETURN NULL;
END $$
"""

_REFUSE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are only added, never changed or removed', TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $$
"""

_ADDED_ONLY = (
    "audit_entry",
    "audit_seal",
    "signature",
    "evidence_pack",
    "inspection_record",
    "deviation_step",
    "inspection_entry",
)


def upgrade() -> None:
    """Entries that stand are chained in their order, without a key: there was none.

    The seal is set when the transaction ends, so that nobody holds the chain while waiting for a
    row of somebody else. ALWAYS: also where session_replication_role leaves triggers out.
    """
    for statement in _STATEMENTS.split(";\n"):
        op.execute(statement)
    for function in (_CHAIN, _SEAL, _REFUSE):
        op.execute(function)
    op.execute("REVOKE EXECUTE ON FUNCTION chain_audit_entry(bigint, bytea) FROM PUBLIC")
    op.execute("REVOKE EXECUTE ON FUNCTION seal_audit_entry() FROM PUBLIC")
    _adopt()
    op.execute("ALTER TABLE audit_entry ALTER COLUMN digest SET NOT NULL")
    op.execute(
        "CREATE CONSTRAINT TRIGGER seal AFTER INSERT ON audit_entry DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION seal_audit_entry()"
    )
    op.execute("ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER seal")
    for table in _ADDED_ONLY:
        op.execute(
            f"CREATE TRIGGER added_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER added_only")


def _adopt() -> None:
    """Give each entry its digest and its place, and each signature an entry that tells of it."""
    bind = op.get_bind()
    for signed in bind.execute(sa.text("SELECT * FROM signature ORDER BY signature_id")).mappings():
        told = {
            "entity": signed["entity"],
            "entity_id": signed["entity_id"],
            "meaning": signed["meaning"],
            "principal_id": signed["principal_id"],
            "signed_at": as_instant(signed["signed_at"]),
            "sha256": bytes(signed["sha256"]).hex(),
            "reason": signed["reason"],
        }
        bind.execute(
            sa.text(
                "INSERT INTO audit_entry (at, principal_id, action, entity, entity_id, after,"
                " source) VALUES (clock_timestamp(), 'database', 'adopt', 'signature', :id,"
                " :told, 'database')"
            ).bindparams(sa.bindparam("told", type_=sa.JSON)),
            {"id": str(signed["signature_id"]), "told": told},
        )
    for row in bind.execute(sa.text("SELECT * FROM audit_entry ORDER BY id")).mappings().all():
        told = {name: row[name] for name in AuditEntry.__slots__}
        digest = entry_digest(AuditEntry(**{**told, "at": row["at"].astimezone(UTC)}), None)
        bind.execute(
            sa.text("UPDATE audit_entry SET digest = :digest WHERE id = :id"),
            {"digest": digest, "id": row["id"]},
        )
        bind.execute(
            sa.text("SELECT chain_audit_entry(:id, :digest)"), {"digest": digest, "id": row["id"]}
        )
