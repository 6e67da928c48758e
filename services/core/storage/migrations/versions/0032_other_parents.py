"""A stay, a seat and a use of a paper look at the parent that their policy does not look at.

The policies of boxes, papers and probes look into these tables, so that one of theirs which looked
back would never end. A trigger asks as whoever writes, and answers as to a row that is not there.
"""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_FUNCTION = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    ours text := nullif(current_setting('coldlane.organisation', true), '');
BEGIN
    IF current_setting('coldlane.reach', true) = 'installation' THEN
        ours := NULL;
    END IF;
    {checks}
    RETURN NEW;
END $$
"""
_CHECK = """
    IF NOT EXISTS ({found}) THEN
        RAISE EXCEPTION 'there is no such row' USING ERRCODE = 'foreign_key_violation',
            CONSTRAINT = '{constraint}', TABLE = TG_TABLE_NAME;
    END IF;"""

# A box of others may be seen because it once carried something of ours: it may go on carrying the
# same shipment, and no other one.
_BOX = """SELECT FROM box WHERE box.box_no = NEW.box_no
        AND (ours IS NULL OR box.organisation_id = ours OR EXISTS (SELECT FROM assignment AS other
             WHERE other.box_no = NEW.box_no AND other.shipment_id = NEW.shipment_id))"""
_PAYLOAD = """SELECT FROM payload WHERE payload.payload_id = NEW.payload_id
        AND payload.shipment_id = NEW.shipment_id"""
_PROBE = """SELECT FROM probe WHERE probe.probe_id = NEW.probe_id
        AND (ours IS NULL OR probe.organisation_id = ours)"""
_PAPER = "SELECT FROM paper WHERE paper.paper_id = NEW.paper_id"

_TABLES = {
    "assignment": {
        "assignment_box_no_fkey": _BOX,
        "assignment_payload_id_fkey": _PAYLOAD,
    },
    "probe_assignment": {"probe_assignment_probe_id_fkey": _PROBE},
    "paper_use": {"paper_use_paper_id_fkey": _PAPER},
}
_COLUMNS = {
    "assignment": "box_no, payload_id, shipment_id",
    "probe_assignment": "probe_id",
    "paper_use": "paper_id",
}


def upgrade() -> None:
    """Nothing that stands is looked at again; the version that still runs writes as before."""
    for table, parents in _TABLES.items():
        checks = "".join(
            _CHECK.format(found=found, constraint=constraint)
            for constraint, found in parents.items()
        )
        name = f"{table}_sees_its_parents"
        op.execute(_FUNCTION.format(name=name, checks=checks))
        op.execute(
            f"CREATE TRIGGER {name} BEFORE INSERT OR UPDATE OF {_COLUMNS[table]} ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {name}()"
        )
