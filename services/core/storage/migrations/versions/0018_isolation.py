"""Kinds and owners, grants of shipments, and what may be seen of readings and of held places."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_STATEMENTS = """
ALTER TABLE organisation ADD COLUMN kind TEXT;

UPDATE organisation SET kind = 'platform';

ALTER TABLE organisation ALTER COLUMN kind SET NOT NULL;

ALTER TABLE organisation ADD CONSTRAINT organisation_kind_check CHECK (kind IN ('applicant',
    'shipper', 'consignee', 'operator', 'customs_site', 'supervising_authority', 'sponsor',
    'auditor', 'platform'));

ALTER TABLE box ADD COLUMN organisation_id TEXT
    CONSTRAINT box_organisation_id_fkey REFERENCES organisation (organisation_id);

ALTER TABLE probe ADD COLUMN organisation_id TEXT
    CONSTRAINT probe_organisation_id_fkey REFERENCES organisation (organisation_id);

ALTER TABLE site ADD COLUMN organisation_id TEXT
    CONSTRAINT site_organisation_id_fkey REFERENCES organisation (organisation_id);

ALTER TABLE profile ADD COLUMN organisation_id TEXT
    CONSTRAINT profile_organisation_id_fkey REFERENCES organisation (organisation_id);

ALTER TABLE shipment ADD COLUMN organisation_id TEXT
    CONSTRAINT shipment_organisation_id_fkey REFERENCES organisation (organisation_id);

ALTER TABLE retention_rule ADD COLUMN organisation_id TEXT
    CONSTRAINT retention_rule_organisation_id_fkey REFERENCES organisation (organisation_id);

ALTER TABLE paper ADD COLUMN organisation_id TEXT
    CONSTRAINT paper_organisation_id_fkey REFERENCES organisation (organisation_id);

CREATE INDEX paper_organisation_id_idx ON paper (organisation_id);

CREATE INDEX box_organisation_id_idx ON box (organisation_id);

CREATE INDEX probe_organisation_id_idx ON probe (organisation_id);

CREATE INDEX site_organisation_id_idx ON site (organisation_id);

CREATE INDEX profile_organisation_id_idx ON profile (organisation_id);

CREATE INDEX shipment_organisation_id_idx ON shipment (organisation_id);

CREATE INDEX retention_rule_organisation_id_idx ON retention_rule (organisation_id);

CREATE TABLE shipment_grant (
    grant_id UUID NOT NULL,
    shipment_id UUID NOT NULL,
    organisation_id TEXT NOT NULL,
    owner_id TEXT,
    party TEXT NOT NULL,
    starts_at TIMESTAMP WITH TIME ZONE,
    ends_at TIMESTAMP WITH TIME ZONE,
    granted_by TEXT NOT NULL,
    granted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    reason TEXT NOT NULL,
    appointment_id UUID,
    revoked_at TIMESTAMP WITH TIME ZONE,
    revoked_by TEXT,
    revoke_reason TEXT,
    CONSTRAINT shipment_grant_pkey PRIMARY KEY (grant_id),
    CONSTRAINT shipment_grant_party_check CHECK (party IN ('owner', 'applicant', 'shipper',
      'carrier', 'customs_site', 'consignee', 'authority', 'sponsor', 'auditor')),
    CONSTRAINT shipment_grant_period_check CHECK (starts_at < ends_at),
    CONSTRAINT shipment_grant_shipment_id_fkey
      FOREIGN KEY(shipment_id) REFERENCES shipment (shipment_id),
    CONSTRAINT shipment_grant_organisation_id_fkey
      FOREIGN KEY(organisation_id) REFERENCES organisation (organisation_id),
    CONSTRAINT shipment_grant_owner_id_fkey
      FOREIGN KEY(owner_id) REFERENCES organisation (organisation_id),
    CONSTRAINT shipment_grant_granted_by_fkey
      FOREIGN KEY(granted_by) REFERENCES principal (principal_id),
    CONSTRAINT shipment_grant_appointment_id_fkey
      FOREIGN KEY(appointment_id) REFERENCES appointment (appointment_id)
);

CREATE INDEX shipment_grant_in_force_idx ON shipment_grant (organisation_id, shipment_id)
    WHERE revoked_at IS NULL;

CREATE INDEX shipment_grant_shipment_id_idx ON shipment_grant (shipment_id);

CREATE INDEX shipment_grant_owner_id_idx ON shipment_grant (owner_id);

COMMENT ON TABLE shipment_grant IS
      'a row with party owner stands for the shipment''s own organisation';

CREATE TABLE applied_rule (
    table_name TEXT NOT NULL,
    digest TEXT NOT NULL,
    CONSTRAINT applied_rule_pkey PRIMARY KEY (table_name)
);

CREATE VIEW shown_reading WITH (security_barrier = true) AS
SELECT reading.* FROM reading
WHERE (SELECT current_setting('coldlane.reach', true) = 'installation')
   OR reading.box_no IN (
     SELECT box.box_no FROM box
     WHERE box.organisation_id
           = (SELECT nullif(current_setting('coldlane.organisation', true), '')))
   OR EXISTS (
     SELECT FROM assignment
     JOIN shipment_grant AS given USING (shipment_id)
     LEFT JOIN boot_clock ON boot_clock.boot_no = reading.boot_no
     WHERE assignment.box_no = reading.box_no
       AND given.organisation_id
           = (SELECT nullif(current_setting('coldlane.organisation', true), ''))
       AND given.revoked_at IS NULL
       AND (given.starts_at IS NULL OR given.starts_at
            <= (SELECT CAST(nullif(current_setting('coldlane.at', true), '') AS timestamptz)))
       AND (given.ends_at IS NULL OR given.ends_at
            > (SELECT CAST(nullif(current_setting('coldlane.at', true), '') AS timestamptz)))
       AND assignment.during @> CASE
         WHEN boot_clock.method IN ('mono', 'mono_synced')
          AND reading.mono_ms IS NOT NULL
          AND (reading.clock = 3 OR reading.bucket_at IS DISTINCT FROM reading.device_at
               OR boot_clock.method = 'mono_synced'
              AND abs(extract(epoch FROM reading.device_at)::float8
                      - reading.mono_ms / 1000.0::float8
                      - boot_clock.offset_s) > 120 + 0.0000002 * reading.mono_ms)
         THEN TIMESTAMPTZ 'epoch' + boot_clock.offset_s * INTERVAL '1 second'
                                  + reading.mono_ms * INTERVAL '1 millisecond'
         WHEN (boot_clock.method = 'device'
               OR boot_clock.method = 'device_free' AND reading.clock <> 1)
          AND reading.device_at + boot_clock.offset_s * INTERVAL '1 second'
              >= reading.received_at - INTERVAL '366 days'
         THEN reading.device_at + boot_clock.offset_s * INTERVAL '1 second'
         ELSE reading.bucket_at
       END);

COMMENT ON VIEW shown_reading IS
      'readings of boxes of one''s own, and of others for the time of a shipment''s stay in them';

CREATE VIEW held_place WITH (security_barrier = true) AS
SELECT bay_id, place, during FROM appointment
WHERE state NOT IN ('CANCELLED', 'NO_SHOW_RELEASED', 'RESCHEDULED');

COMMENT ON VIEW held_place IS 'which places are not free, and when; by whom, it does not say'
"""

_FUNCTION = """
CREATE FUNCTION shown_readings_of_boot(of_box integer, of_boot integer)
RETURNS SETOF shown_reading LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN QUERY SELECT * FROM shown_reading WHERE box_no = of_box AND boot_no = of_boot;
END $$
"""


def upgrade() -> None:
    """Organisations that stand already saw everything: they are the installation's own.

    The views say in the words of this release what the code's conditions say.
    """
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
    op.execute(_FUNCTION)
