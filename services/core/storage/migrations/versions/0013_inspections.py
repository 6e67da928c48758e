"""Inspections of shipments: checklists, entries, codes, photos; loggers of bays."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_STATEMENTS = """
ALTER TABLE shipment ADD COLUMN no_open BOOLEAN DEFAULT false NOT NULL;

ALTER TABLE shipment ADD COLUMN no_xray BOOLEAN DEFAULT true NOT NULL;

CREATE TABLE checklist_template (
    template_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    document JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    created_by TEXT NOT NULL,
    CONSTRAINT checklist_template_pkey PRIMARY KEY (template_id, version),
    CONSTRAINT checklist_template_created_by_fkey FOREIGN KEY(created_by) REFERENCES principal
      (principal_id)
);

COMMENT ON TABLE checklist_template IS 'a version never changes; a new one takes its place';

CREATE TABLE inspection (
    inspection_id UUID NOT NULL,
    number BIGINT GENERATED ALWAYS AS IDENTITY,
    shipment_id UUID NOT NULL,
    appointment_id UUID,
    site_id TEXT NOT NULL,
    bay_id TEXT,
    follows UUID,
    mode TEXT NOT NULL,
    no_open BOOLEAN NOT NULL,
    no_xray BOOLEAN NOT NULL,
    template_id TEXT NOT NULL,
    template_version INTEGER NOT NULL,
    state TEXT DEFAULT 'OPEN' NOT NULL,
    claimed_by TEXT NOT NULL,
    claimed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    begun_at TIMESTAMP WITH TIME ZONE NOT NULL,
    due_end_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    decided_by TEXT,
    decided_at TIMESTAMP WITH TIME ZONE,
    latest_start_at_begin TIMESTAMP WITH TIME ZONE,
    leave_by_at_decision TIMESTAMP WITH TIME ZONE,
    record_sha256 BYTEA,
    revision BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT inspection_pkey PRIMARY KEY (inspection_id),
    CONSTRAINT inspection_number_key UNIQUE (number),
    CONSTRAINT inspection_follows_key UNIQUE (follows),
    CONSTRAINT inspection_template_fkey FOREIGN KEY(template_id, template_version) REFERENCES
      checklist_template (template_id, version),
    CONSTRAINT inspection_state_check CHECK (state IN ('OPEN', 'WAITING_FOR_PAPERS',
      'CUSTOMS_CLEARED', 'RECHECK_ORDERED', 'RETURN_ORDERED', 'DESTRUCTION_ORDERED', 'VOID')),
    CONSTRAINT inspection_mode_check CHECK (mode IN ('in_cold_store', 'no_open',
      'open_cold_bay', 'remote_video', 'document_only')),
    CONSTRAINT inspection_ended_check CHECK ((state = 'OPEN') = (ended_at IS NULL)),
    CONSTRAINT inspection_shipment_id_fkey FOREIGN KEY(shipment_id) REFERENCES shipment
      (shipment_id),
    CONSTRAINT inspection_appointment_id_fkey FOREIGN KEY(appointment_id) REFERENCES appointment
      (appointment_id),
    CONSTRAINT inspection_site_id_fkey FOREIGN KEY(site_id) REFERENCES site (site_id),
    CONSTRAINT inspection_bay_id_fkey FOREIGN KEY(bay_id) REFERENCES bay (bay_id),
    CONSTRAINT inspection_follows_fkey FOREIGN KEY(follows) REFERENCES inspection
      (inspection_id),
    CONSTRAINT inspection_claimed_by_fkey FOREIGN KEY(claimed_by) REFERENCES principal
      (principal_id),
    CONSTRAINT inspection_decided_by_fkey FOREIGN KEY(decided_by) REFERENCES principal
      (principal_id)
);

CREATE INDEX inspection_bay_id_idx ON inspection (bay_id);

CREATE UNIQUE INDEX inspection_one_open_per_shipment ON inspection (shipment_id) WHERE state IN
  ('OPEN', 'WAITING_FOR_PAPERS');

CREATE INDEX inspection_shipment_id_idx ON inspection (shipment_id);

CREATE INDEX inspection_site_id_idx ON inspection (site_id);

CREATE TABLE inspection_entry (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    inspection_id UUID NOT NULL,
    kind TEXT NOT NULL,
    facts JSONB DEFAULT '{}' NOT NULL,
    principal_id TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT inspection_entry_pkey PRIMARY KEY (id),
    CONSTRAINT inspection_entry_kind_check CHECK (kind IN ('check', 'finding', 'seal', 'photo',
      'move')),
    CONSTRAINT inspection_entry_inspection_id_fkey FOREIGN KEY(inspection_id) REFERENCES
      inspection (inspection_id),
    CONSTRAINT inspection_entry_principal_id_fkey FOREIGN KEY(principal_id) REFERENCES principal
      (principal_id)
);

CREATE INDEX inspection_entry_inspection_id_idx ON inspection_entry (inspection_id);

COMMENT ON TABLE inspection_entry IS
  'append-only: a later answer to an item takes the place of an earlier one';

CREATE TABLE inspection_record (
    sha256 BYTEA NOT NULL,
    inspection_id UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    record BYTEA NOT NULL,
    CONSTRAINT inspection_record_pkey PRIMARY KEY (sha256),
    CONSTRAINT inspection_record_inspection_id_fkey FOREIGN KEY(inspection_id) REFERENCES
      inspection (inspection_id)
);

CREATE INDEX inspection_record_inspection_id_idx ON inspection_record (inspection_id);

COMMENT ON TABLE inspection_record IS 'what was signed, byte for byte; append-only';

CREATE TABLE identity_mark (
    mark_id UUID NOT NULL,
    shipment_id UUID NOT NULL,
    payload_id UUID,
    mark TEXT NOT NULL,
    code TEXT NOT NULL,
    entered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    entered_by TEXT NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    ended_by TEXT,
    reason TEXT,
    inspection_id UUID,
    CONSTRAINT identity_mark_pkey PRIMARY KEY (mark_id),
    CONSTRAINT identity_mark_mark_check CHECK (mark IN ('seal', 'identity_code')),
    CONSTRAINT identity_mark_shipment_id_fkey FOREIGN KEY(shipment_id) REFERENCES shipment
      (shipment_id),
    CONSTRAINT identity_mark_payload_id_fkey FOREIGN KEY(payload_id) REFERENCES payload
      (payload_id),
    CONSTRAINT identity_mark_entered_by_fkey FOREIGN KEY(entered_by) REFERENCES principal
      (principal_id),
    CONSTRAINT identity_mark_ended_by_fkey FOREIGN KEY(ended_by) REFERENCES principal
      (principal_id),
    CONSTRAINT identity_mark_inspection_id_fkey FOREIGN KEY(inspection_id) REFERENCES inspection
      (inspection_id)
);

CREATE INDEX identity_mark_inspection_id_idx ON identity_mark (inspection_id);

CREATE UNIQUE INDEX identity_mark_one_in_force ON identity_mark (shipment_id, mark, code) WHERE
  ended_at IS NULL;

CREATE INDEX identity_mark_shipment_id_idx ON identity_mark (shipment_id);

COMMENT ON TABLE identity_mark IS
  'what a scan is compared with; ended, never edited. No patient''s name';

CREATE TABLE identity_scan (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    shipment_id UUID NOT NULL,
    inspection_id UUID,
    place TEXT NOT NULL,
    mark TEXT NOT NULL,
    code TEXT NOT NULL,
    expected JSONB NOT NULL,
    matches BOOLEAN,
    principal_id TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT identity_scan_pkey PRIMARY KEY (id),
    CONSTRAINT identity_scan_place_check CHECK (place IN ('terminal', 'bay')),
    CONSTRAINT identity_scan_mark_check CHECK (mark IN ('box', 'seal', 'identity_code')),
    CONSTRAINT identity_scan_shipment_id_fkey FOREIGN KEY(shipment_id) REFERENCES shipment
      (shipment_id),
    CONSTRAINT identity_scan_inspection_id_fkey FOREIGN KEY(inspection_id) REFERENCES inspection
      (inspection_id),
    CONSTRAINT identity_scan_principal_id_fkey FOREIGN KEY(principal_id) REFERENCES principal
      (principal_id)
);

CREATE INDEX identity_scan_inspection_id_idx ON identity_scan (inspection_id);

CREATE INDEX identity_scan_shipment_id_idx ON identity_scan (shipment_id);

COMMENT ON TABLE identity_scan IS 'append-only';

CREATE TABLE photo_blob (
    sha256 BYTEA NOT NULL,
    media_type TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    key_id TEXT NOT NULL,
    nonce BYTEA NOT NULL,
    sealed BYTEA NOT NULL,
    CONSTRAINT photo_blob_pkey PRIMARY KEY (sha256)
);

COMMENT ON TABLE photo_blob IS 'personal: sealed with a key that is in no database';

CREATE TABLE inspection_photo (
    photo_id UUID NOT NULL,
    inspection_id UUID NOT NULL,
    sha256 BYTEA NOT NULL,
    caption TEXT,
    uploaded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    uploaded_by TEXT NOT NULL,
    CONSTRAINT inspection_photo_pkey PRIMARY KEY (photo_id),
    CONSTRAINT inspection_photo_inspection_id_sha256_key UNIQUE (inspection_id, sha256),
    CONSTRAINT inspection_photo_inspection_id_fkey FOREIGN KEY(inspection_id) REFERENCES
      inspection (inspection_id),
    CONSTRAINT inspection_photo_sha256_fkey FOREIGN KEY(sha256) REFERENCES photo_blob (sha256),
    CONSTRAINT inspection_photo_uploaded_by_fkey FOREIGN KEY(uploaded_by) REFERENCES principal
      (principal_id)
);

CREATE INDEX inspection_photo_inspection_id_idx ON inspection_photo (inspection_id);

CREATE TABLE bay_logger (
    id UUID NOT NULL,
    bay_id TEXT NOT NULL,
    box_no INTEGER NOT NULL,
    low_c DOUBLE PRECISION,
    high_c DOUBLE PRECISION,
    during TSTZRANGE NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    recorded_by TEXT NOT NULL,
    reason TEXT,
    CONSTRAINT bay_logger_pkey PRIMARY KEY (id),
    CONSTRAINT bay_logger_range_check CHECK (low_c < high_c),
    CONSTRAINT logger_in_one_bay EXCLUDE USING gist (box_no WITH =, during WITH &&),
    CONSTRAINT bay_logger_bay_id_fkey FOREIGN KEY(bay_id) REFERENCES bay (bay_id),
    CONSTRAINT bay_logger_box_no_fkey FOREIGN KEY(box_no) REFERENCES box (box_no),
    CONSTRAINT bay_logger_recorded_by_fkey FOREIGN KEY(recorded_by) REFERENCES principal
      (principal_id)
);

CREATE INDEX bay_logger_bay_id_idx ON bay_logger (bay_id)
"""


def upgrade() -> None:
    """Written-out statements only: a migration must not change when the metadata does."""
    for statement in _STATEMENTS.split(";\n"):
        op.execute(statement)
