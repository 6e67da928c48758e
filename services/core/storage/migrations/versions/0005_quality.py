"""Deviations, dispositions of two people, their signatures and the evidence they saw."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE TABLE deviation (
    deviation_id UUID NOT NULL,
    number BIGINT GENERATED ALWAYS AS IDENTITY,
    payload_id UUID NOT NULL,
    shipment_id UUID NOT NULL,
    state TEXT NOT NULL,
    description TEXT NOT NULL,
    detected_at TIMESTAMP WITH TIME ZONE NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    opened_by TEXT NOT NULL,
    proposal TEXT,
    assessed_by TEXT,
    assessed_at TIMESTAMP WITH TIME ZONE,
    evidence_sha256 BYTEA,
    facts_sha256 BYTEA,
    decided_by TEXT,
    decided_at TIMESTAMP WITH TIME ZONE,
    revision BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT deviation_pkey PRIMARY KEY (deviation_id),
    CONSTRAINT deviation_number_key UNIQUE (number),
    CONSTRAINT deviation_state_check
      CHECK (state IN ('ACKNOWLEDGED', 'UNDER_ASSESSMENT', 'DISPOSITIONED', 'CLOSED')),
    CONSTRAINT deviation_proposal_check
      CHECK (proposal IN ('RELEASED', 'RELEASED_WITH_COMMENT', 'OUT_OF_SPEC_MEDICAL', 'REJECTED')),
    CONSTRAINT deviation_two_people_check CHECK (decided_by <> assessed_by),
    CONSTRAINT deviation_payload_id_fkey FOREIGN KEY(payload_id) REFERENCES payload (payload_id),
    CONSTRAINT deviation_shipment_id_fkey
      FOREIGN KEY(shipment_id) REFERENCES shipment (shipment_id),
    CONSTRAINT deviation_opened_by_fkey FOREIGN KEY(opened_by) REFERENCES principal (principal_id),
    CONSTRAINT deviation_assessed_by_fkey
      FOREIGN KEY(assessed_by) REFERENCES principal (principal_id),
    CONSTRAINT deviation_decided_by_fkey
      FOREIGN KEY(decided_by) REFERENCES principal (principal_id)
);

CREATE UNIQUE INDEX deviation_one_open_per_payload ON deviation (payload_id)
      WHERE state <> 'CLOSED';

CREATE INDEX deviation_shipment_id_idx ON deviation (shipment_id);

CREATE TABLE deviation_step (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    deviation_id UUID NOT NULL,
    move TEXT NOT NULL,
    state TEXT NOT NULL,
    principal_id TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    reason TEXT NOT NULL,
    facts JSONB DEFAULT '{}' NOT NULL,
    CONSTRAINT deviation_step_pkey PRIMARY KEY (id),
    CONSTRAINT deviation_step_deviation_id_fkey
      FOREIGN KEY(deviation_id) REFERENCES deviation (deviation_id),
    CONSTRAINT deviation_step_principal_id_fkey
      FOREIGN KEY(principal_id) REFERENCES principal (principal_id)
);

CREATE INDEX deviation_step_deviation_id_idx ON deviation_step (deviation_id);

CREATE TABLE evidence_pack (
    sha256 BYTEA NOT NULL,
    deviation_id UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    pack BYTEA NOT NULL,
    CONSTRAINT evidence_pack_pkey PRIMARY KEY (sha256),
    CONSTRAINT evidence_pack_deviation_id_fkey
      FOREIGN KEY(deviation_id) REFERENCES deviation (deviation_id)
);

CREATE TABLE signature (
    signature_id UUID NOT NULL,
    entity TEXT NOT NULL,
    entity_id TEXT NOT NULL,
    meaning TEXT NOT NULL,
    principal_id TEXT NOT NULL,
    signed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    sha256 BYTEA NOT NULL,
    reason TEXT NOT NULL,
    CONSTRAINT signature_pkey PRIMARY KEY (signature_id),
    CONSTRAINT signature_principal_id_fkey
      FOREIGN KEY(principal_id) REFERENCES principal (principal_id)
);

CREATE INDEX signature_entity_entity_id_idx ON signature (entity, entity_id);

CREATE TABLE disposition (
    disposition_id UUID NOT NULL,
    payload_id UUID NOT NULL,
    deviation_id UUID NOT NULL,
    value TEXT NOT NULL,
    assessed_by TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE NOT NULL,
    reason TEXT NOT NULL,
    decided_through TIMESTAMP WITH TIME ZONE NOT NULL,
    evidence_sha256 BYTEA NOT NULL,
    facts_sha256 BYTEA NOT NULL,
    seen JSONB NOT NULL,
    superseded_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT disposition_pkey PRIMARY KEY (disposition_id),
    CONSTRAINT disposition_value_check
      CHECK (value IN ('RELEASED', 'RELEASED_WITH_COMMENT', 'OUT_OF_SPEC_MEDICAL', 'REJECTED')),
    CONSTRAINT disposition_two_people_check CHECK (decided_by <> assessed_by),
    CONSTRAINT disposition_payload_id_fkey FOREIGN KEY(payload_id) REFERENCES payload (payload_id),
    CONSTRAINT disposition_deviation_id_fkey
      FOREIGN KEY(deviation_id) REFERENCES deviation (deviation_id),
    CONSTRAINT disposition_assessed_by_fkey
      FOREIGN KEY(assessed_by) REFERENCES principal (principal_id),
    CONSTRAINT disposition_decided_by_fkey
      FOREIGN KEY(decided_by) REFERENCES principal (principal_id),
    CONSTRAINT disposition_evidence_sha256_fkey
      FOREIGN KEY(evidence_sha256) REFERENCES evidence_pack (sha256)
);

CREATE UNIQUE INDEX disposition_one_in_force_per_payload ON disposition (payload_id)
      WHERE superseded_at IS NULL;

COMMENT ON TABLE disposition
      IS '`seen`: excursions and broken limits that were decided on; others than these now '
      'overtake the decision (view payload_disposition)';

CREATE VIEW payload_disposition WITH (security_invoker = true) AS
SELECT payload.payload_id, found.overtaken,
       CASE WHEN found.overtaken THEN 'QA_HOLD'
            WHEN decided.value IS NOT NULL THEN decided.value
            WHEN state.qa_hold THEN 'QA_HOLD' ELSE 'NONE' END AS value
FROM payload
LEFT JOIN assessment_state AS state USING (payload_id)
LEFT JOIN disposition AS decided
  ON decided.payload_id = payload.payload_id AND decided.superseded_at IS NULL
CROSS JOIN LATERAL (
  SELECT decided.payload_id IS NOT NULL AND decided.seen <> coalesce((
    SELECT jsonb_build_object(
      'excursions', coalesce((
        SELECT jsonb_agg(jsonb_build_array(stay.one -> 0, stay.one -> 1) ORDER BY stay.place)
        FROM jsonb_array_elements(kept.body -> 'told' -> 'excursions')
          WITH ORDINALITY AS stay (one, place)), '[]'),
      'broken', coalesce(kept.body -> 'told' -> 'broken', '[]'))
    FROM assessment AS kept WHERE kept.payload_id = payload.payload_id
    ORDER BY kept.id DESC LIMIT 1), '{"excursions": [], "broken": []}') AS overtaken
) AS found;

COMMENT ON VIEW payload_disposition IS
      'what may be done with a payload: the decision of people, unless overtaken, else the hold';
"""


def upgrade() -> None:
    """Written-out statements only: a migration must not change when the metadata does."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
