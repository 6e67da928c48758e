CREATE TABLE reading (
	box_no INTEGER NOT NULL,
	boot_no INTEGER NOT NULL,
	seq BIGINT NOT NULL,
	bucket_at TIMESTAMP WITH TIME ZONE NOT NULL,
	device_at TIMESTAMP WITH TIME ZONE,
	received_at TIMESTAMP WITH TIME ZONE NOT NULL,
	mono_ms BIGINT,
	clock SMALLINT DEFAULT 0 NOT NULL,
	event TEXT,
	probe TEXT,
	temp_c DOUBLE PRECISION,
	ambient_c REAL,
	pressure_hpa REAL,
	lat DOUBLE PRECISION,
	lon DOUBLE PRECISION,
	acc_m REAL,
	battery_pct REAL,
	lid_open BOOLEAN,
	tilt_deg REAL,
	shock_g REAL,
	rh_pct REAL,
	channels JSONB,
	extra JSONB,
	CONSTRAINT reading_pkey PRIMARY KEY (box_no, bucket_at, boot_no, seq)
);

COMMENT ON TABLE reading IS 'partitioned on bucket_at by services.core.storage.partitions';
