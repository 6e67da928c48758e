CREATE TABLE alarm (
	alarm_id UUID NOT NULL,
	kind TEXT NOT NULL,
	priority SMALLINT NOT NULL,
	shipment_id UUID,
	payload_id UUID,
	box_no INTEGER,
	condition_key TEXT NOT NULL,
	began_at TIMESTAMP WITH TIME ZONE NOT NULL,
	raised_at TIMESTAMP WITH TIME ZONE NOT NULL,
	returned_at TIMESTAMP WITH TIME ZONE,
	closed_at TIMESTAMP WITH TIME ZONE,
	facts JSONB DEFAULT '{}' NOT NULL,
	config JSONB NOT NULL,
	revision BIGINT DEFAULT 1 NOT NULL,
	CONSTRAINT alarm_pkey PRIMARY KEY (alarm_id),
	CONSTRAINT alarm_priority_check CHECK (priority BETWEEN 1 AND 3),
	CONSTRAINT alarm_condition_key_key UNIQUE (condition_key)
);

CREATE INDEX alarm_open_idx ON alarm (shipment_id) WHERE closed_at IS NULL;

CREATE INDEX alarm_shipment_id_idx ON alarm (shipment_id);

CREATE TABLE audit_entry (
	id BIGINT GENERATED ALWAYS AS IDENTITY,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	principal_id TEXT NOT NULL,
	action TEXT NOT NULL,
	entity TEXT NOT NULL,
	entity_id TEXT NOT NULL,
	before JSONB,
	after JSONB,
	reason TEXT,
	source TEXT NOT NULL,
	CONSTRAINT audit_entry_pkey PRIMARY KEY (id)
);

CREATE INDEX audit_entry_entity_entity_id_idx ON audit_entry (entity, entity_id);

CREATE TABLE box (
	box_no INTEGER GENERATED ALWAYS AS IDENTITY,
	box_id TEXT NOT NULL,
	shard SMALLINT NOT NULL,
	kind TEXT DEFAULT 'box' NOT NULL,
	simulated BOOLEAN DEFAULT false NOT NULL,
	model TEXT,
	report_interval_s INTEGER DEFAULT 60 NOT NULL,
	registered_at TIMESTAMP WITH TIME ZONE NOT NULL,
	retired_at TIMESTAMP WITH TIME ZONE,
	revision BIGINT DEFAULT 1 NOT NULL,
	CONSTRAINT box_pkey PRIMARY KEY (box_no),
	CONSTRAINT box_kind_check CHECK (kind IN ('box', 'room')),
	CONSTRAINT box_shard_check CHECK (shard BETWEEN 0 AND 63),
	CONSTRAINT box_report_interval_s_check CHECK (report_interval_s BETWEEN 1 AND 86400),
	CONSTRAINT box_box_id_key UNIQUE (box_id)
);

CREATE TABLE idempotency_key (
	principal_id TEXT NOT NULL,
	key TEXT NOT NULL,
	request_sha256 BYTEA NOT NULL,
	status SMALLINT,
	response JSONB,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT idempotency_key_pkey PRIMARY KEY (principal_id, key)
);

CREATE TABLE notification_outbox (
	id UUID NOT NULL,
	kind TEXT NOT NULL,
	subject_key TEXT NOT NULL,
	body JSONB NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	due_at TIMESTAMP WITH TIME ZONE NOT NULL,
	leased_until TIMESTAMP WITH TIME ZONE,
	attempts INTEGER DEFAULT 0 NOT NULL,
	delivered_at TIMESTAMP WITH TIME ZONE,
	last_error TEXT,
	CONSTRAINT notification_outbox_pkey PRIMARY KEY (id)
);

CREATE INDEX notification_outbox_due_idx ON notification_outbox (due_at) WHERE delivered_at IS NULL;

CREATE TABLE principal (
	principal_id TEXT NOT NULL,
	kind TEXT NOT NULL,
	name TEXT NOT NULL,
	active BOOLEAN DEFAULT true NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT principal_pkey PRIMARY KEY (principal_id),
	CONSTRAINT principal_kind_check CHECK (kind IN ('person', 'machine', 'service'))
);

CREATE TABLE probe (
	probe_id TEXT NOT NULL,
	kind TEXT DEFAULT 'payload' NOT NULL,
	buffered BOOLEAN DEFAULT true NOT NULL,
	registered_at TIMESTAMP WITH TIME ZONE NOT NULL,
	revision BIGINT DEFAULT 1 NOT NULL,
	CONSTRAINT probe_pkey PRIMARY KEY (probe_id),
	CONSTRAINT probe_kind_check CHECK (kind IN ('payload', 'lid', 'ambient', 'coolant'))
);

CREATE TABLE profile (
	profile_id TEXT NOT NULL,
	version INTEGER NOT NULL,
	document JSONB NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	frozen_at TIMESTAMP WITH TIME ZONE,
	revision BIGINT DEFAULT 1 NOT NULL,
	CONSTRAINT profile_pkey PRIMARY KEY (profile_id, version)
);

CREATE TABLE rejected_message (
	id BIGINT GENERATED ALWAYS AS IDENTITY,
	received_at TIMESTAMP WITH TIME ZONE NOT NULL,
	topic TEXT NOT NULL,
	box_id TEXT,
	payload BYTEA NOT NULL,
	sha256 BYTEA NOT NULL,
	reason TEXT NOT NULL,
	field TEXT,
	detail TEXT NOT NULL,
	remedy TEXT NOT NULL,
	reprocessed_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT rejected_message_pkey PRIMARY KEY (id)
);

CREATE INDEX rejected_message_box_id_idx ON rejected_message (box_id);

CREATE INDEX rejected_message_received_at_id_idx ON rejected_message (received_at, id);

CREATE TABLE service_heartbeat (
	service TEXT NOT NULL,
	instance TEXT NOT NULL,
	started_at TIMESTAMP WITH TIME ZONE NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	detail JSONB DEFAULT '{}' NOT NULL,
	CONSTRAINT service_heartbeat_pkey PRIMARY KEY (service, instance)
);

CREATE TABLE site (
	site_id TEXT NOT NULL,
	name_en TEXT NOT NULL,
	name_zh TEXT NOT NULL,
	zone TEXT NOT NULL,
	lat DOUBLE PRECISION NOT NULL,
	lon DOUBLE PRECISION NOT NULL,
	picking_min SMALLINT DEFAULT 30 NOT NULL,
	inspection_min SMALLINT DEFAULT 15 NOT NULL,
	receiving_min SMALLINT DEFAULT 30 NOT NULL,
	onward_min SMALLINT DEFAULT 60 NOT NULL,
	simulated BOOLEAN DEFAULT false NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	revision BIGINT DEFAULT 1 NOT NULL,
	CONSTRAINT site_pkey PRIMARY KEY (site_id)
);

CREATE TABLE worklist (
	id BIGINT GENERATED ALWAYS AS IDENTITY,
	box_no INTEGER,
	payload_id UUID,
	earliest TIMESTAMP WITH TIME ZONE NOT NULL,
	reason TEXT NOT NULL,
	put_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT worklist_pkey PRIMARY KEY (id),
	CONSTRAINT worklist_one_subject_check CHECK ((box_no IS NULL) <> (payload_id IS NULL))
);

CREATE TABLE acknowledgement (
	id UUID NOT NULL,
	alarm_id UUID NOT NULL,
	principal_id TEXT NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	lapses_at TIMESTAMP WITH TIME ZONE,
	withdrawn_at TIMESTAMP WITH TIME ZONE,
	reason TEXT,
	alarm_revision BIGINT NOT NULL,
	CONSTRAINT acknowledgement_pkey PRIMARY KEY (id),
	CONSTRAINT acknowledgement_alarm_id_fkey FOREIGN KEY(alarm_id) REFERENCES alarm (alarm_id),
	CONSTRAINT acknowledgement_principal_id_fkey FOREIGN KEY(principal_id) REFERENCES principal (principal_id)
);

CREATE INDEX acknowledgement_alarm_id_idx ON acknowledgement (alarm_id);

COMMENT ON TABLE acknowledgement IS 'written by the API; an acknowledgement shows even while alerts is down';

CREATE TABLE alarm_transition (
	id BIGINT GENERATED ALWAYS AS IDENTITY,
	alarm_id UUID NOT NULL,
	move TEXT NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
	facts JSONB DEFAULT '{}' NOT NULL,
	CONSTRAINT alarm_transition_pkey PRIMARY KEY (id),
	CONSTRAINT alarm_transition_alarm_id_fkey FOREIGN KEY(alarm_id) REFERENCES alarm (alarm_id)
);

CREATE INDEX alarm_transition_alarm_id_idx ON alarm_transition (alarm_id);

CREATE TABLE bay (
	bay_id TEXT NOT NULL,
	site_id TEXT NOT NULL,
	name_en TEXT NOT NULL,
	name_zh TEXT NOT NULL,
	bay_class TEXT NOT NULL,
	places SMALLINT DEFAULT 1 NOT NULL,
	slot_min SMALLINT DEFAULT 15 NOT NULL,
	published_from TIMESTAMP WITH TIME ZONE NOT NULL,
	published_until TIMESTAMP WITH TIME ZONE NOT NULL,
	simulated BOOLEAN DEFAULT false NOT NULL,
	revision BIGINT DEFAULT 1 NOT NULL,
	CONSTRAINT bay_pkey PRIMARY KEY (bay_id),
	CONSTRAINT bay_bay_class_check CHECK (bay_class IN ('cold_2_8', 'cryogenic', 'ambient', 'apron', 'remote')),
	CONSTRAINT bay_places_check CHECK (places BETWEEN 1 AND 64),
	CONSTRAINT bay_published_check CHECK (published_from < published_until),
	CONSTRAINT bay_site_id_fkey FOREIGN KEY(site_id) REFERENCES site (site_id)
);

CREATE INDEX bay_site_id_idx ON bay (site_id);

CREATE TABLE box_contact (
	box_no INTEGER NOT NULL,
	last_received_at TIMESTAMP WITH TIME ZONE,
	next_due_at TIMESTAMP WITH TIME ZONE NOT NULL,
	battery_pct DOUBLE PRECISION,
	revision BIGINT DEFAULT 1 NOT NULL,
	CONSTRAINT box_contact_pkey PRIMARY KEY (box_no),
	CONSTRAINT box_contact_box_no_fkey FOREIGN KEY(box_no) REFERENCES box (box_no)
);

CREATE TABLE probe_assignment (
	id UUID NOT NULL,
	probe_id TEXT NOT NULL,
	box_no INTEGER NOT NULL,
	during TSTZRANGE NOT NULL,
	reason TEXT,
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
	recorded_by TEXT NOT NULL,
	revision BIGINT DEFAULT 1 NOT NULL,
	CONSTRAINT probe_assignment_pkey PRIMARY KEY (id),
	CONSTRAINT probe_in_one_box EXCLUDE USING gist (probe_id WITH =, during WITH &&),
	CONSTRAINT probe_assignment_probe_id_fkey FOREIGN KEY(probe_id) REFERENCES probe (probe_id),
	CONSTRAINT probe_assignment_box_no_fkey FOREIGN KEY(box_no) REFERENCES box (box_no)
);

CREATE INDEX probe_assignment_box_no_idx ON probe_assignment (box_no);

CREATE TABLE shipment (
	shipment_id UUID NOT NULL,
	reference TEXT NOT NULL,
	state TEXT DEFAULT 'draft' NOT NULL,
	product TEXT NOT NULL,
	shipper TEXT,
	consignee TEXT,
	site_id TEXT,
	inspection_mode TEXT DEFAULT 'in_cold_store' NOT NULL,
	needed_by TIMESTAMP WITH TIME ZONE,
	needed_by_attested_by TEXT,
	cut_off TIMESTAMP WITH TIME ZONE,
	cut_off_attested_by TEXT,
	simulated BOOLEAN DEFAULT false NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	received_at TIMESTAMP WITH TIME ZONE,
	revision BIGINT DEFAULT 1 NOT NULL,
	CONSTRAINT shipment_pkey PRIMARY KEY (shipment_id),
	CONSTRAINT shipment_state_check CHECK (state IN ('draft','packed','moving','received','closed','cancelled','returned','destroyed')),
	CONSTRAINT shipment_reference_key UNIQUE (reference),
	CONSTRAINT shipment_site_id_fkey FOREIGN KEY(site_id) REFERENCES site (site_id)
);

CREATE TABLE watermark (
	boot_no INTEGER GENERATED ALWAYS AS IDENTITY,
	box_no INTEGER NOT NULL,
	boot TEXT NOT NULL,
	start_seq BIGINT DEFAULT 0 NOT NULL,
	stored INT8MULTIRANGE DEFAULT '{}' NOT NULL,
	first_received_at TIMESTAMP WITH TIME ZONE NOT NULL,
	last_received_at TIMESTAMP WITH TIME ZONE NOT NULL,
	revision BIGINT DEFAULT 1 NOT NULL,
	CONSTRAINT watermark_pkey PRIMARY KEY (boot_no),
	CONSTRAINT watermark_box_no_boot_key UNIQUE (box_no, boot),
	CONSTRAINT watermark_box_no_fkey FOREIGN KEY(box_no) REFERENCES box (box_no)
);

CREATE TABLE appointment (
	appointment_id UUID NOT NULL,
	number BIGINT GENERATED ALWAYS AS IDENTITY,
	shipment_id UUID NOT NULL,
	bay_id TEXT NOT NULL,
	place SMALLINT NOT NULL,
	during TSTZRANGE NOT NULL,
	state TEXT DEFAULT 'CONFIRMED' NOT NULL,
	latest_start_at_booking TIMESTAMP WITH TIME ZONE,
	cancel_reason TEXT,
	booked_at TIMESTAMP WITH TIME ZONE NOT NULL,
	booked_by TEXT NOT NULL,
	revision BIGINT DEFAULT 1 NOT NULL,
	CONSTRAINT appointment_pkey PRIMARY KEY (appointment_id),
	CONSTRAINT appointment_state_check CHECK (state IN ('REQUESTED','TENTATIVE','CONFIRMED','CHECKED_IN','IN_INSPECTION','PASSED','HELD','REFUSED','CANCELLED','NO_SHOW_RELEASED','RESCHEDULED')),
	CONSTRAINT place_held_once EXCLUDE USING gist (bay_id WITH =, place WITH =, during WITH &&) WHERE (state NOT IN ('CANCELLED', 'NO_SHOW_RELEASED', 'RESCHEDULED')),
	CONSTRAINT appointment_number_key UNIQUE (number),
	CONSTRAINT appointment_shipment_id_fkey FOREIGN KEY(shipment_id) REFERENCES shipment (shipment_id),
	CONSTRAINT appointment_bay_id_fkey FOREIGN KEY(bay_id) REFERENCES bay (bay_id)
);

CREATE UNIQUE INDEX appointment_one_open_per_shipment ON appointment (shipment_id) WHERE state IN ('REQUESTED','TENTATIVE','CONFIRMED','CHECKED_IN','IN_INSPECTION');

CREATE INDEX appointment_shipment_id_idx ON appointment (shipment_id);

CREATE TABLE boot_clock (
	boot_no INTEGER NOT NULL,
	box_no INTEGER NOT NULL,
	offset_s DOUBLE PRECISION NOT NULL,
	method TEXT NOT NULL,
	revision BIGINT DEFAULT 1 NOT NULL,
	CONSTRAINT boot_clock_pkey PRIMARY KEY (boot_no),
	CONSTRAINT boot_clock_boot_no_fkey FOREIGN KEY(boot_no) REFERENCES watermark (boot_no)
);

CREATE INDEX boot_clock_box_no_idx ON boot_clock (box_no);

CREATE TABLE key_conflict (
	id BIGINT GENERATED ALWAYS AS IDENTITY,
	box_no INTEGER NOT NULL,
	boot_no INTEGER NOT NULL,
	seq BIGINT NOT NULL,
	received_at TIMESTAMP WITH TIME ZONE NOT NULL,
	offered JSONB NOT NULL,
	sha256 BYTEA NOT NULL,
	CONSTRAINT key_conflict_pkey PRIMARY KEY (id),
	CONSTRAINT key_conflict_boot_no_seq_sha256_key UNIQUE (boot_no, seq, sha256),
	CONSTRAINT key_conflict_box_no_fkey FOREIGN KEY(box_no) REFERENCES box (box_no),
	CONSTRAINT key_conflict_boot_no_fkey FOREIGN KEY(boot_no) REFERENCES watermark (boot_no)
);

CREATE TABLE leg (
	leg_id UUID NOT NULL,
	shipment_id UUID NOT NULL,
	ordinal SMALLINT NOT NULL,
	mode TEXT NOT NULL,
	carrier_number TEXT,
	from_code TEXT NOT NULL,
	from_lat DOUBLE PRECISION NOT NULL,
	from_lon DOUBLE PRECISION NOT NULL,
	to_code TEXT NOT NULL,
	to_lat DOUBLE PRECISION NOT NULL,
	to_lon DOUBLE PRECISION NOT NULL,
	radio_off BOOLEAN DEFAULT false NOT NULL,
	status TEXT DEFAULT 'planned' NOT NULL,
	planned_departure TIMESTAMP WITH TIME ZONE NOT NULL,
	estimated_departure TIMESTAMP WITH TIME ZONE,
	actual_departure TIMESTAMP WITH TIME ZONE,
	planned_arrival TIMESTAMP WITH TIME ZONE NOT NULL,
	estimated_arrival TIMESTAMP WITH TIME ZONE,
	actual_arrival TIMESTAMP WITH TIME ZONE,
	revision BIGINT DEFAULT 1 NOT NULL,
	CONSTRAINT leg_pkey PRIMARY KEY (leg_id),
	CONSTRAINT leg_shipment_id_ordinal_key UNIQUE (shipment_id, ordinal),
	CONSTRAINT leg_mode_check CHECK (mode IN ('road', 'air', 'rail', 'sea', 'handover')),
	CONSTRAINT leg_status_check CHECK (status IN ('planned','departed','landed','offloaded','diverted','cancelled')),
	CONSTRAINT leg_shipment_id_fkey FOREIGN KEY(shipment_id) REFERENCES shipment (shipment_id)
);

CREATE TABLE payload (
	payload_id UUID NOT NULL,
	shipment_id UUID NOT NULL,
	reference TEXT NOT NULL,
	profile_id TEXT NOT NULL,
	profile_version INTEGER NOT NULL,
	collection_end TIMESTAMP WITH TIME ZONE,
	pack_closed_at TIMESTAMP WITH TIME ZONE,
	container_charged_at TIMESTAMP WITH TIME ZONE,
	clocks_entered_by TEXT NOT NULL,
	revision BIGINT DEFAULT 1 NOT NULL,
	CONSTRAINT payload_pkey PRIMARY KEY (payload_id),
	CONSTRAINT payload_profile_id_profile_version_fkey FOREIGN KEY(profile_id, profile_version) REFERENCES profile (profile_id, version),
	CONSTRAINT payload_shipment_id_reference_key UNIQUE (shipment_id, reference),
	CONSTRAINT payload_shipment_id_fkey FOREIGN KEY(shipment_id) REFERENCES shipment (shipment_id)
);

CREATE INDEX payload_shipment_id_idx ON payload (shipment_id);

CREATE TABLE assessment (
	id BIGINT GENERATED ALWAYS AS IDENTITY,
	payload_id UUID NOT NULL,
	revision BIGINT NOT NULL,
	supersedes BIGINT,
	reason TEXT NOT NULL,
	as_of TIMESTAMP WITH TIME ZONE NOT NULL,
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
	model_version TEXT NOT NULL,
	inputs_hash TEXT NOT NULL,
	body JSONB NOT NULL,
	CONSTRAINT assessment_pkey PRIMARY KEY (id),
	CONSTRAINT assessment_payload_id_revision_key UNIQUE (payload_id, revision),
	CONSTRAINT assessment_payload_id_fkey FOREIGN KEY(payload_id) REFERENCES payload (payload_id)
);

CREATE TABLE assessment_state (
	payload_id UUID NOT NULL,
	shipment_id UUID NOT NULL,
	checkpoint JSONB,
	model_version TEXT DEFAULT '' NOT NULL,
	evaluated_through TIMESTAMP WITH TIME ZONE,
	next_change_at TIMESTAMP WITH TIME ZONE,
	as_of TIMESTAMP WITH TIME ZONE,
	condition TEXT DEFAULT 'NOT_STARTED' NOT NULL,
	evidence TEXT DEFAULT 'COMPLETE' NOT NULL,
	qa_hold BOOLEAN DEFAULT false NOT NULL,
	in_label_until TIMESTAMP WITH TIME ZONE,
	viable_until_p10 TIMESTAMP WITH TIME ZONE,
	viable_until_p50 TIMESTAMP WITH TIME ZONE,
	binding_constraint TEXT,
	binding_deadline TEXT,
	deadline TIMESTAMP WITH TIME ZONE,
	latest_inspection_start TIMESTAMP WITH TIME ZONE,
	ready_at TIMESTAMP WITH TIME ZONE,
	last_reading JSONB,
	summary JSONB DEFAULT '{}' NOT NULL,
	attempts SMALLINT DEFAULT 0 NOT NULL,
	last_error TEXT,
	retry_at TIMESTAMP WITH TIME ZONE,
	revision BIGINT DEFAULT 1 NOT NULL,
	CONSTRAINT assessment_state_pkey PRIMARY KEY (payload_id),
	CONSTRAINT assessment_state_payload_id_fkey FOREIGN KEY(payload_id) REFERENCES payload (payload_id)
);

CREATE INDEX assessment_state_next_change_at_idx ON assessment_state (next_change_at);

CREATE INDEX assessment_state_shipment_id_idx ON assessment_state (shipment_id);

CREATE TABLE assignment (
	id UUID NOT NULL,
	payload_id UUID NOT NULL,
	shipment_id UUID NOT NULL,
	box_no INTEGER NOT NULL,
	during TSTZRANGE NOT NULL,
	reason TEXT,
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
	recorded_by TEXT NOT NULL,
	revision BIGINT DEFAULT 1 NOT NULL,
	CONSTRAINT assignment_pkey PRIMARY KEY (id),
	CONSTRAINT payload_in_one_box EXCLUDE USING gist (payload_id WITH =, during WITH &&),
	CONSTRAINT box_carries_one_shipment EXCLUDE USING gist (box_no WITH =, shipment_id WITH <>, during WITH &&),
	CONSTRAINT assignment_payload_id_fkey FOREIGN KEY(payload_id) REFERENCES payload (payload_id),
	CONSTRAINT assignment_shipment_id_fkey FOREIGN KEY(shipment_id) REFERENCES shipment (shipment_id),
	CONSTRAINT assignment_box_no_fkey FOREIGN KEY(box_no) REFERENCES box (box_no)
);

CREATE INDEX assignment_box_no_idx ON assignment (box_no);

CREATE TABLE contact (
	contact_id UUID NOT NULL,
	shipment_id UUID,
	leg_id UUID,
	site_id TEXT,
	role TEXT NOT NULL,
	name TEXT NOT NULL,
	phone TEXT NOT NULL,
	hours TEXT,
	revision BIGINT DEFAULT 1 NOT NULL,
	CONSTRAINT contact_pkey PRIMARY KEY (contact_id),
	CONSTRAINT contact_shipment_id_fkey FOREIGN KEY(shipment_id) REFERENCES shipment (shipment_id),
	CONSTRAINT contact_leg_id_fkey FOREIGN KEY(leg_id) REFERENCES leg (leg_id),
	CONSTRAINT contact_site_id_fkey FOREIGN KEY(site_id) REFERENCES site (site_id)
);

CREATE INDEX contact_shipment_id_idx ON contact (shipment_id);

CREATE INDEX contact_site_id_idx ON contact (site_id);

CREATE TABLE milestone (
	milestone_id UUID NOT NULL,
	shipment_id UUID NOT NULL,
	leg_id UUID,
	kind TEXT NOT NULL,
	occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
	recorded_by TEXT NOT NULL,
	note TEXT,
	CONSTRAINT milestone_pkey PRIMARY KEY (milestone_id),
	CONSTRAINT milestone_kind_check CHECK (kind IN ('packed','departed','landed','offloaded','diverted','leg_cancelled','picked','handed_over','received','cancelled','returned','destroyed','closed')),
	CONSTRAINT milestone_shipment_id_fkey FOREIGN KEY(shipment_id) REFERENCES shipment (shipment_id),
	CONSTRAINT milestone_leg_id_fkey FOREIGN KEY(leg_id) REFERENCES leg (leg_id)
);

CREATE INDEX milestone_shipment_id_idx ON milestone (shipment_id);
