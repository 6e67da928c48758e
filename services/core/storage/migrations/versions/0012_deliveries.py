"""Each channel delivers a notice by itself; links for couriers, and their answers."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_STATEMENTS = """
ALTER TABLE notification_outbox ADD COLUMN handed_out_at TIMESTAMP WITH TIME ZONE;

UPDATE notification_outbox SET handed_out_at = delivered_at WHERE delivered_at IS NOT NULL;

CREATE INDEX notification_outbox_waiting_idx ON notification_outbox (due_at)
    WHERE handed_out_at IS NULL;

CREATE TABLE notice_delivery (
    notice_id UUID NOT NULL,
    channel TEXT NOT NULL,
    state TEXT DEFAULT 'pending' NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    leased_until TIMESTAMP WITH TIME ZONE,
    attempts INTEGER DEFAULT 0 NOT NULL,
    delivered_at TIMESTAMP WITH TIME ZONE,
    last_error TEXT,
    CONSTRAINT notice_delivery_pkey PRIMARY KEY (notice_id, channel),
    CONSTRAINT notice_delivery_state_check CHECK (state IN ('pending', 'delivered', 'given_up')),
    CONSTRAINT notice_delivery_notice_id_fkey
      FOREIGN KEY(notice_id) REFERENCES notification_outbox (id)
);

CREATE INDEX notice_delivery_due_idx ON notice_delivery (due_at) WHERE state = 'pending';

CREATE TABLE courier_link (
    token_sha256 BYTEA NOT NULL,
    notice_id UUID NOT NULL,
    channel TEXT NOT NULL,
    language TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT courier_link_pkey PRIMARY KEY (token_sha256),
    CONSTRAINT courier_link_notice_id_fkey
      FOREIGN KEY(notice_id) REFERENCES notification_outbox (id)
);

COMMENT ON TABLE courier_link IS 'the token itself is in the message only';

CREATE TABLE courier_answer (
    token_sha256 BYTEA NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    source TEXT NOT NULL,
    CONSTRAINT courier_answer_pkey PRIMARY KEY (token_sha256),
    CONSTRAINT courier_answer_token_sha256_fkey
      FOREIGN KEY(token_sha256) REFERENCES courier_link (token_sha256)
);

COMMENT ON TABLE courier_answer IS 'written by the API: the courier has pressed the button';
"""


def upgrade() -> None:
    """Notices that wait are handed out to the channels anew; receivers know them by their id."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
