-- Rows as the release with schema 0001 wrote them: what every later schema must bring along.
INSERT INTO principal (principal_id, kind, name, created_at)
VALUES ('local-operator', 'person', 'Local operator', '2026-11-22 00:00:00+00');
INSERT INTO profile (profile_id, version, document, created_at)
VALUES ('leukapheresis_fresh_2_8', 1, '{"profile_id": "leukapheresis_fresh_2_8"}', '2026-11-22 00:00:00+00');
INSERT INTO site (site_id, name_en, name_zh, zone, lat, lon, created_at)
VALUES ('PVG', 'Pudong', '浦东', 'Asia/Shanghai', 31.1443, 121.8083, '2026-11-22 00:00:00+00');
INSERT INTO bay (bay_id, site_id, name_en, name_zh, bay_class, published_from, published_until)
VALUES ('PVG-C1', 'PVG', 'Cold 1', '冷库一', 'cold_2_8', '2026-11-22 00:00:00+00', '2026-11-29 00:00:00+00');
INSERT INTO box (box_id, shard, registered_at)
SELECT format('CB-%s', to_char(number, 'FM0000')), number % 64, '2026-11-15 00:00:00+00'
FROM generate_series(1, 5) AS number;
INSERT INTO watermark (box_no, boot, stored, first_received_at, last_received_at)
SELECT box_no, boot, '{[0,300)}', '2026-11-20 00:00:00+00', '2026-11-24 18:00:00+00'
FROM box, unnest(ARRAY['aaaaaaaa', 'bbbbbbbb']) AS boot ORDER BY box_no, boot;
INSERT INTO boot_clock (boot_no, box_no, offset_s, method)
SELECT boot_no, box_no, 3600.5, 'device' FROM watermark WHERE boot = 'bbbbbbbb' AND box_no <= 2;
-- Five days, and a stretch of three months before for which plain PostgreSQL had no partition.
INSERT INTO reading (box_no, boot_no, seq, bucket_at, device_at, received_at, mono_ms, clock, event,
                     probe, temp_c, lat, lon, battery_pct, lid_open, channels, extra)
SELECT box_no, boot_no, seq, at, at, at + interval '2 s', seq * 60000, 1,
       CASE WHEN seq % 100 = 99 THEN 'lid_opened' END,
       CASE WHEN seq % 100 <> 99 THEN 'SN-1' END, CASE WHEN seq % 100 <> 99 THEN 2 + seq / 100.0 END,
       31.1443, -121.8083, 87.5, seq % 2 = 0,
       CASE WHEN seq % 50 = 0 THEN '[{"probe": "SN-2", "temp_c": 6.1}]'::jsonb END,
       CASE WHEN seq % 70 = 0 THEN '{"温度": [1, 2]}'::jsonb END
FROM watermark, generate_series(0, 299) AS seq, LATERAL (
  SELECT TIMESTAMPTZ '2026-11-20 00:00:00.25+00' + seq * interval '20 min'
       - CASE WHEN seq < 10 THEN interval '90 days' ELSE interval '0' END AS at) AS taken;
INSERT INTO key_conflict (box_no, boot_no, seq, received_at, offered, sha256)
SELECT box_no, boot_no, 7, '2026-11-21 00:00:00+00', '{"temp_c": 9.5}', '\x00ff'
FROM watermark WHERE boot = 'aaaaaaaa';
INSERT INTO rejected_message (received_at, topic, box_id, payload, sha256, reason, detail, remedy)
VALUES ('2026-11-21 00:00:00+00', 'cl/v1/01/CB-0001/telemetry', 'CB-0001', '\x7b00', '\x01', 'not_json',
        'it is not JSON', 'send JSON');
INSERT INTO shipment (shipment_id, reference, state, product, shipper, site_id, created_at)
VALUES ('01937e00-0000-7000-8000-000000000001', 'S-1', 'moving', 'leukapheresis', 'Hospital', 'PVG',
        '2026-11-20 00:00:00+00'),
       ('01937e00-0000-7000-8000-000000000002', 'S-2', 'closed', 'leukapheresis', 'Hospital', 'PVG',
        '2026-11-20 00:00:00+00');
INSERT INTO payload (payload_id, shipment_id, reference, profile_id, profile_version, clocks_entered_by)
SELECT shipment_id, shipment_id, 'BAG-' || reference, 'leukapheresis_fresh_2_8', 1, 'local-operator'
FROM shipment;
INSERT INTO assignment (id, payload_id, shipment_id, box_no, during, recorded_at, recorded_by)
SELECT shipment_id, shipment_id, shipment_id, right(reference, 1)::integer,
       tstzrange('2026-11-20 00:00:00+00', NULL), '2026-11-20 00:00:00+00', 'local-operator'
FROM shipment;
INSERT INTO assessment_state (payload_id, shipment_id)
SELECT payload_id, shipment_id FROM payload;
INSERT INTO worklist (box_no, earliest, reason, put_at)
VALUES (1, '2026-11-24 00:00:00+00', 'readings', '2026-11-24 18:00:00+00');
INSERT INTO audit_entry (at, principal_id, action, entity, entity_id, source)
VALUES ('2026-11-20 00:00:00+00', 'local-operator', 'create', 'shipment', 'S-1', 'api');
