"""What may leave the country: entries, decisions, and persons counted by the database."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_STATEMENTS = """
ALTER TABLE organisation ADD COLUMN data_lists TEXT[] DEFAULT '{}' NOT NULL;

ALTER TABLE principal ADD COLUMN country TEXT;

ALTER TABLE principal ADD CONSTRAINT principal_country_check CHECK (country ~ '^[A-Z]{2}$');

CREATE TABLE data_entry (
    entry_id UUID NOT NULL,
    kind TEXT NOT NULL,
    document JSONB NOT NULL,
    organisation_id TEXT,
    reason TEXT NOT NULL,
    entered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    entered_by TEXT NOT NULL,
    due_on DATE,
    settled_at TIMESTAMP WITH TIME ZONE,
    settled_by TEXT,
    settled_reference TEXT,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    withdrawn_by TEXT,
    withdrawn_reason TEXT,
    CONSTRAINT data_entry_pkey PRIMARY KEY (entry_id),
    CONSTRAINT data_entry_kind_check CHECK (kind IN ('rule', 'instrument', 'emergency')),
    CONSTRAINT data_entry_recipient_check
      CHECK ((kind = 'rule') = (organisation_id IS NULL)),
    CONSTRAINT data_entry_due_check CHECK ((kind = 'emergency') = (due_on IS NOT NULL)),
    CONSTRAINT data_entry_organisation_id_fkey
      FOREIGN KEY(organisation_id) REFERENCES organisation (organisation_id),
    CONSTRAINT data_entry_entered_by_fkey
      FOREIGN KEY(entered_by) REFERENCES principal (principal_id),
    CONSTRAINT data_entry_settled_by_fkey
      FOREIGN KEY(settled_by) REFERENCES principal (principal_id),
    CONSTRAINT data_entry_withdrawn_by_fkey
      FOREIGN KEY(withdrawn_by) REFERENCES principal (principal_id)
);

CREATE INDEX data_entry_organisation_id_idx ON data_entry (organisation_id);

COMMENT ON TABLE data_entry IS
  'own rules, contracts and assessments that stand, and emergencies';

CREATE TABLE data_count (
    year INTEGER NOT NULL,
    data_class TEXT NOT NULL,
    persons BIGINT NOT NULL,
    CONSTRAINT data_count_pkey PRIMARY KEY (year, data_class),
    CONSTRAINT data_count_persons_check CHECK (persons >= 0)
);

COMMENT ON TABLE data_count IS
  'how many rows data_person has for it; kept by a trigger of that table';

CREATE TABLE data_person (
    year INTEGER NOT NULL,
    data_class TEXT NOT NULL,
    pseudonym TEXT NOT NULL,
    first_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT data_person_pkey PRIMARY KEY (year, data_class, pseudonym)
);

COMMENT ON TABLE data_person IS 'whose data left this year, each once; append-only';

CREATE TABLE data_decision (
    decision_no BIGINT GENERATED ALWAYS AS IDENTITY,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    principal_id TEXT NOT NULL,
    organisation_id TEXT,
    country TEXT,
    purpose TEXT NOT NULL,
    about TEXT NOT NULL,
    classes TEXT[] NOT NULL,
    held_back TEXT[] NOT NULL,
    persons JSONB NOT NULL,
    rule_id TEXT NOT NULL,
    outcome TEXT NOT NULL,
    passed BOOLEAN NOT NULL,
    words TEXT NOT NULL,
    once TEXT,
    CONSTRAINT data_decision_pkey PRIMARY KEY (decision_no),
    CONSTRAINT data_decision_outcome_check
      CHECK (outcome IN ('exempt', 'contract', 'assessment', 'denied')),
    CONSTRAINT data_decision_once_key UNIQUE (once)
);

CREATE INDEX data_decision_organisation_id_decision_no_idx
  ON data_decision (organisation_id, decision_no);

COMMENT ON TABLE data_decision IS 'append-only'
"""

# With the owner's rights: no service may write the counters. The row of the counter is taken
# before anybody is added to it, so that transfers of one class wait for one another.
_COUNT = """
CREATE FUNCTION count_data_persons() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO public.data_count AS counted (year, data_class, persons)
  SELECT year, data_class, count(*) FROM added GROUP BY year, data_class
  ORDER BY year, data_class
  ON CONFLICT (year, data_class) DO UPDATE
  SET persons = counted.persons + excluded.persons;
  RETURN NULL;
END
$$
"""


def upgrade() -> None:
    """New columns have a default: the version that still runs writes its rows as before."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
    op.execute(_COUNT)
    op.execute("REVOKE EXECUTE ON FUNCTION count_data_persons() FROM PUBLIC")
    op.execute(
        "CREATE TRIGGER counted AFTER INSERT ON data_person REFERENCING NEW TABLE AS added"
        " FOR EACH STATEMENT EXECUTE FUNCTION count_data_persons()"
    )
    for table in ("data_person", "data_decision"):
        op.execute(
            f"CREATE TRIGGER added_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER added_only")
