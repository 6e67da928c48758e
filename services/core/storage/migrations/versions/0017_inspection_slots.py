"""Slots as they are published, closed and routed; appointments that follow one another."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_STATEMENTS = """
ALTER TABLE site
    ADD COLUMN hours JSONB,
    ADD COLUMN reserve_share DOUBLE PRECISION DEFAULT 0.3 NOT NULL,
    ADD COLUMN reserve_until_min SMALLINT DEFAULT 180 NOT NULL,
    ADD COLUMN freeze_min SMALLINT DEFAULT 60 NOT NULL,
    ADD COLUMN grace_min SMALLINT DEFAULT 30 NOT NULL,
    ADD COLUMN answer_min SMALLINT DEFAULT 15 NOT NULL,
    ADD COLUMN book_ahead_h SMALLINT DEFAULT 72 NOT NULL,
    ADD CONSTRAINT site_reserve_share_check CHECK (reserve_share BETWEEN 0 AND 1);

ALTER TABLE bay
    ADD COLUMN equipment TEXT[] DEFAULT '{}' NOT NULL,
    ADD COLUMN unfit_since TIMESTAMP WITH TIME ZONE,
    ADD COLUMN unfit_reason TEXT;

CREATE TABLE bay_opening (
    opening_id UUID NOT NULL,
    bay_id TEXT NOT NULL,
    during TSTZRANGE NOT NULL,
    entered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    entered_by TEXT NOT NULL,
    CONSTRAINT bay_opening_pkey PRIMARY KEY (opening_id),
    CONSTRAINT bay_opening_bay_id_fkey FOREIGN KEY(bay_id) REFERENCES bay (bay_id),
    CONSTRAINT opened_once EXCLUDE USING gist (bay_id WITH =, during WITH &&)
);

CREATE TABLE bay_closure (
    closure_id UUID NOT NULL,
    bay_id TEXT NOT NULL,
    during TSTZRANGE NOT NULL,
    reason TEXT NOT NULL,
    entered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    entered_by TEXT NOT NULL,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    withdrawn_by TEXT,
    CONSTRAINT bay_closure_pkey PRIMARY KEY (closure_id),
    CONSTRAINT bay_closure_bay_id_fkey FOREIGN KEY(bay_id) REFERENCES bay (bay_id)
);

CREATE INDEX bay_closure_bay_id_idx ON bay_closure (bay_id);

CREATE TABLE site_route (
    from_site_id TEXT NOT NULL,
    to_site_id TEXT NOT NULL,
    transfer_min SMALLINT NOT NULL,
    direct_distribution BOOLEAN DEFAULT true NOT NULL,
    CONSTRAINT site_route_pkey PRIMARY KEY (from_site_id, to_site_id),
    CONSTRAINT site_route_from_site_id_fkey FOREIGN KEY(from_site_id) REFERENCES site (site_id),
    CONSTRAINT site_route_to_site_id_fkey FOREIGN KEY(to_site_id) REFERENCES site (site_id),
    CONSTRAINT site_route_two_sites_check CHECK (from_site_id <> to_site_id),
    CONSTRAINT site_route_transfer_min_check CHECK (transfer_min BETWEEN 1 AND 1440)
);

ALTER TABLE shipment
    ADD COLUMN inspection_ordered TEXT DEFAULT 'not_yet' NOT NULL,
    ADD COLUMN needs_equipment TEXT[] DEFAULT '{}' NOT NULL,
    ADD CONSTRAINT shipment_inspection_ordered_check
      CHECK (inspection_ordered IN ('not_yet', 'yes', 'no'));

ALTER TABLE appointment
    ADD COLUMN follows UUID,
    ADD COLUMN move_code TEXT,
    ADD COLUMN move_minutes JSONB,
    ADD COLUMN move_reason TEXT,
    ADD COLUMN moved_by_people SMALLINT DEFAULT 0 NOT NULL,
    ADD COLUMN bumps SMALLINT DEFAULT 0 NOT NULL,
    ADD COLUMN off_grid BOOLEAN DEFAULT false NOT NULL,
    ADD COLUMN asked_because TEXT,
    ADD COLUMN answer_by TIMESTAMP WITH TIME ZONE,
    ADD COLUMN answer_level SMALLINT DEFAULT 0 NOT NULL,
    ADD COLUMN checked_in_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN begun_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN ended_at TIMESTAMP WITH TIME ZONE,
    ADD CONSTRAINT appointment_follows_fkey
      FOREIGN KEY(follows) REFERENCES appointment (appointment_id),
    ADD CONSTRAINT appointment_follows_key UNIQUE (follows),
    ADD CONSTRAINT appointment_move_disclosed_check
      CHECK (follows IS NULL OR (move_code IS NOT NULL AND move_minutes IS NOT NULL)),
    ADD CONSTRAINT appointment_bumped_once_check CHECK (bumps BETWEEN 0 AND 1),
    ADD CONSTRAINT appointment_clock_check CHECK (state <> 'REQUESTED' OR answer_by IS NOT NULL);

CREATE FUNCTION appointment_stays_put() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an appointment is never moved in place: another one follows it, and says why'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'appointment_stays_put';
END $$;

CREATE TRIGGER appointment_stays_put BEFORE UPDATE ON appointment FOR EACH ROW
    WHEN ((OLD.bay_id, OLD.place, OLD.during, OLD.shipment_id, OLD.follows)
          IS DISTINCT FROM (NEW.bay_id, NEW.place, NEW.during, NEW.shipment_id, NEW.follows))
    EXECUTE FUNCTION appointment_stays_put();

ALTER TABLE assessment_state ADD COLUMN ranked_start TIMESTAMP WITH TIME ZONE;

CREATE TABLE slot_decision (
    decision_id UUID NOT NULL,
    shipment_id UUID NOT NULL,
    site_id TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    principal_id TEXT NOT NULL,
    answer TEXT NOT NULL,
    proposed JSONB NOT NULL,
    decided JSONB,
    reason TEXT,
    CONSTRAINT slot_decision_pkey PRIMARY KEY (decision_id),
    CONSTRAINT slot_decision_shipment_id_fkey
      FOREIGN KEY(shipment_id) REFERENCES shipment (shipment_id),
    CONSTRAINT slot_decision_site_id_fkey FOREIGN KEY(site_id) REFERENCES site (site_id),
    CONSTRAINT slot_decision_principal_id_fkey
      FOREIGN KEY(principal_id) REFERENCES principal (principal_id),
    CONSTRAINT slot_decision_answer_check CHECK (answer IN ('confirm', 'move', 'override')),
    CONSTRAINT slot_decision_reasoned_check CHECK (answer = 'confirm' OR reason IS NOT NULL)
);

CREATE INDEX slot_decision_site_id_at_idx ON slot_decision (site_id, at);

INSERT INTO bay_opening (opening_id, bay_id, during, entered_at, entered_by)
SELECT gen_random_uuid(), bay_id, tstzrange(published_from, published_until), published_from,
       'local-operator'
FROM bay
"""


def upgrade() -> None:
    """What is published already becomes an opening; appointments that stand keep their place."""
    for statement in _STATEMENTS.split(";\n\n"):
        op.execute(statement)
