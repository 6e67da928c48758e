"""Organisations, and the keys by which machines and people prove their role."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE TABLE organisation (
    organisation_id TEXT NOT NULL,
    name TEXT NOT NULL,
    country TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    revision BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT organisation_pkey PRIMARY KEY (organisation_id),
    CONSTRAINT organisation_country_check CHECK (country ~ '^[A-Z]{2}$')
);

ALTER TABLE principal
    ADD COLUMN organisation_id TEXT
    CONSTRAINT principal_organisation_id_fkey REFERENCES organisation (organisation_id);

CREATE TABLE api_key (
    key_id UUID NOT NULL,
    prefix TEXT NOT NULL,
    secret_sha256 BYTEA NOT NULL,
    principal_id TEXT NOT NULL,
    role TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    created_by TEXT NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE,
    last_used_at TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE,
    revoke_reason TEXT,
    CONSTRAINT api_key_pkey PRIMARY KEY (key_id),
    CONSTRAINT api_key_prefix_key UNIQUE (prefix),
    CONSTRAINT api_key_principal_id_fkey
      FOREIGN KEY (principal_id) REFERENCES principal (principal_id)
);

CREATE INDEX api_key_principal_id_idx ON api_key (principal_id);

COMMENT ON TABLE api_key IS 'the key itself is shown once and kept nowhere';
"""


def upgrade() -> None:
    """Written-out statements only: a migration must not change when the metadata does."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
