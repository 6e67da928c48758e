"""A new version of a profile is proposed by one person, and decided by another."""

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE TABLE profile_proposal (
    proposal_id UUID NOT NULL,
    profile_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    over_profile_id TEXT,
    over_version INTEGER,
    document JSONB NOT NULL,
    reason TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    decision TEXT,
    decided_by TEXT,
    decided_at TIMESTAMP WITH TIME ZONE,
    decision_reason TEXT,
    organisation_id TEXT,
    CONSTRAINT profile_proposal_pkey PRIMARY KEY (proposal_id),
    CONSTRAINT profile_proposal_decision_check
      CHECK (decision IN ('approved', 'refused', 'withdrawn')),
    CONSTRAINT profile_proposal_two_people_check
      CHECK ((decision = 'withdrawn') = (decided_by = proposed_by)),
    CONSTRAINT profile_proposal_decided_check
      CHECK (num_nonnulls(decision, decided_by, decided_at, decision_reason) IN (0, 4)),
    CONSTRAINT profile_proposal_over_fkey
      FOREIGN KEY(over_profile_id, over_version) REFERENCES profile (profile_id, version),
    CONSTRAINT profile_proposal_proposed_by_fkey
      FOREIGN KEY(proposed_by) REFERENCES principal (principal_id),
    CONSTRAINT profile_proposal_decided_by_fkey
      FOREIGN KEY(decided_by) REFERENCES principal (principal_id),
    CONSTRAINT profile_proposal_organisation_id_fkey
      FOREIGN KEY(organisation_id) REFERENCES organisation (organisation_id)
);

CREATE INDEX profile_proposal_organisation_id_idx ON profile_proposal (organisation_id);

CREATE UNIQUE INDEX profile_proposal_one_open
    ON profile_proposal (profile_id, coalesce(organisation_id, '')) WHERE decision IS NULL
"""


def upgrade() -> None:
    """A new table only: the version that still runs does not know it."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
