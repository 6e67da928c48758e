"""People who sign in, what they prove themselves with, and their sessions."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE TABLE person (
    principal_id TEXT NOT NULL,
    roles TEXT[] NOT NULL,
    state TEXT DEFAULT 'invited' NOT NULL,
    password_hash TEXT,
    password_changed_at TIMESTAMP WITH TIME ZONE,
    issuer TEXT,
    subject TEXT,
    language TEXT,
    zone TEXT,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    created_by TEXT NOT NULL,
    revision BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT person_pkey PRIMARY KEY (principal_id),
    CONSTRAINT person_issuer_subject_key UNIQUE (issuer, subject),
    CONSTRAINT person_state_check CHECK (state IN ('invited', 'active', 'disabled')),
    CONSTRAINT person_principal_id_fkey
      FOREIGN KEY(principal_id) REFERENCES principal (principal_id)
);

COMMENT ON TABLE person IS 'of a password only its argon2id hash is kept';

CREATE TABLE sign_in_link (
    token_sha256 BYTEA NOT NULL,
    principal_id TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    created_by TEXT NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT sign_in_link_pkey PRIMARY KEY (token_sha256),
    CONSTRAINT sign_in_link_principal_id_fkey
      FOREIGN KEY(principal_id) REFERENCES principal (principal_id)
);

CREATE INDEX sign_in_link_principal_id_idx ON sign_in_link (principal_id);

COMMENT ON TABLE sign_in_link IS 'the token itself is shown once and kept nowhere';

CREATE TABLE second_factor (
    factor_id UUID NOT NULL,
    principal_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    secret BYTEA,
    last_step BIGINT,
    credential_id BYTEA,
    public_key BYTEA,
    sign_count BIGINT,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    confirmed_at TIMESTAMP WITH TIME ZONE,
    last_used_at TIMESTAMP WITH TIME ZONE,
    removed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT second_factor_pkey PRIMARY KEY (factor_id),
    CONSTRAINT second_factor_credential_id_key UNIQUE (credential_id),
    CONSTRAINT second_factor_kind_check CHECK (kind IN ('totp', 'passkey')),
    CONSTRAINT second_factor_principal_id_fkey
      FOREIGN KEY(principal_id) REFERENCES principal (principal_id)
);

CREATE INDEX second_factor_principal_id_idx ON second_factor (principal_id);

COMMENT ON TABLE second_factor IS 'the secret of a code generator must be known to check a code';

CREATE TABLE recovery_code (
    code_sha256 BYTEA NOT NULL,
    principal_id TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT recovery_code_pkey PRIMARY KEY (code_sha256),
    CONSTRAINT recovery_code_principal_id_fkey
      FOREIGN KEY(principal_id) REFERENCES principal (principal_id)
);

CREATE INDEX recovery_code_principal_id_idx ON recovery_code (principal_id);

CREATE TABLE session (
    session_id UUID NOT NULL,
    secret_sha256 BYTEA NOT NULL,
    principal_id TEXT NOT NULL,
    level TEXT NOT NULL,
    method TEXT NOT NULL,
    source TEXT NOT NULL,
    agent TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    active_at TIMESTAMP WITH TIME ZONE NOT NULL,
    idle_ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    confirmed_at TIMESTAMP WITH TIME ZONE,
    challenge BYTEA,
    challenge_ends_at TIMESTAMP WITH TIME ZONE,
    ended_at TIMESTAMP WITH TIME ZONE,
    end_reason TEXT,
    CONSTRAINT session_pkey PRIMARY KEY (session_id),
    CONSTRAINT session_secret_sha256_key UNIQUE (secret_sha256),
    CONSTRAINT session_level_check CHECK (level IN ('second', 'enrol', 'full')),
    CONSTRAINT session_principal_id_fkey
      FOREIGN KEY(principal_id) REFERENCES principal (principal_id)
);

CREATE INDEX session_principal_id_ended_at_idx ON session (principal_id, ended_at);

COMMENT ON TABLE session IS 'the cookie holds the secret, the table its digest';

CREATE TABLE sign_in_attempt (
    subject_sha256 BYTEA NOT NULL,
    failures INTEGER NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    blocked_until TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT sign_in_attempt_pkey PRIMARY KEY (subject_sha256)
);

COMMENT ON TABLE sign_in_attempt IS 'a typed name may be a password: only its digest is kept';

CREATE TABLE oidc_attempt (
    state_sha256 BYTEA NOT NULL,
    nonce TEXT NOT NULL,
    verifier TEXT NOT NULL,
    goes_to TEXT NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT oidc_attempt_pkey PRIMARY KEY (state_sha256)
);
"""


def upgrade() -> None:
    """Written-out statements only: a migration must not change when the metadata does."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
