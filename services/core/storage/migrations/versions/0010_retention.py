"""Dated rules of sponsors under which readings may be removed, and what was removed."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE TABLE retention_rule (
    rule_id UUID NOT NULL,
    sponsor TEXT NOT NULL,
    keep_days INTEGER NOT NULL,
    effective_from TIMESTAMP WITH TIME ZONE NOT NULL,
    reference TEXT NOT NULL,
    reason TEXT NOT NULL,
    entered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    entered_by TEXT NOT NULL,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    withdrawn_by TEXT,
    withdrawn_reason TEXT,
    revision BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT retention_rule_pkey PRIMARY KEY (rule_id),
    CONSTRAINT retention_rule_keep_days_check CHECK (keep_days BETWEEN 1 AND 36500),
    CONSTRAINT retention_rule_entered_by_fkey
      FOREIGN KEY(entered_by) REFERENCES principal (principal_id),
    CONSTRAINT retention_rule_withdrawn_by_fkey
      FOREIGN KEY(withdrawn_by) REFERENCES principal (principal_id)
);

CREATE INDEX retention_rule_sponsor_idx ON retention_rule (sponsor);

CREATE TABLE reading_removal (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    rule_id UUID NOT NULL,
    shipment_id UUID NOT NULL,
    box_no INTEGER NOT NULL,
    boot_no INTEGER NOT NULL,
    first_seq BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    first_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_at TIMESTAMP WITH TIME ZONE NOT NULL,
    readings BIGINT NOT NULL,
    hash_sum NUMERIC NOT NULL,
    removed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT reading_removal_pkey PRIMARY KEY (id),
    CONSTRAINT reading_removal_rule_id_fkey
      FOREIGN KEY(rule_id) REFERENCES retention_rule (rule_id),
    CONSTRAINT reading_removal_shipment_id_fkey
      FOREIGN KEY(shipment_id) REFERENCES shipment (shipment_id),
    CONSTRAINT reading_removal_box_no_fkey FOREIGN KEY(box_no) REFERENCES box (box_no),
    CONSTRAINT reading_removal_boot_no_fkey FOREIGN KEY(boot_no) REFERENCES watermark (boot_no)
);

CREATE INDEX reading_removal_boot_no_first_seq_idx ON reading_removal (boot_no, first_seq);

CREATE INDEX reading_removal_shipment_id_idx ON reading_removal (shipment_id)
"""


def upgrade() -> None:
    """Without a rule every reading is kept for ever."""
    for statement in _STATEMENTS.split(";\n"):
        op.execute(statement)
