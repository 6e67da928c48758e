"""Certificates of boxes: until when each holds, and which were revoked."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE TABLE box_certificate (
    fingerprint_sha256 BYTEA NOT NULL,
    box_no INTEGER NOT NULL,
    serial TEXT NOT NULL,
    issuer TEXT NOT NULL,
    not_before TIMESTAMP WITH TIME ZONE NOT NULL,
    not_after TIMESTAMP WITH TIME ZONE NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    recorded_by TEXT NOT NULL,
    revoked_at TIMESTAMP WITH TIME ZONE,
    revoke_reason TEXT,
    CONSTRAINT box_certificate_pkey PRIMARY KEY (fingerprint_sha256),
    CONSTRAINT box_certificate_holds_check CHECK (not_before < not_after),
    CONSTRAINT box_certificate_box_no_fkey FOREIGN KEY(box_no) REFERENCES box (box_no)
);

CREATE INDEX box_certificate_box_no_not_after_idx ON box_certificate (box_no, not_after);

COMMENT ON TABLE box_certificate IS 'no key is kept here'
"""


def upgrade() -> None:
    """Written-out statements only: a migration must not change when the metadata does."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
