"""Thousands of boxes and shipments, put into the database as rows: the API would take minutes."""

from datetime import datetime, timedelta
from typing import Any

import psycopg

from benchmarks.fleet import box_ids
from services.core.domain.identifiers import BoxId, shard_of

Connection = psycopg.Connection[Any]

_BOXES = """
INSERT INTO box (box_id, shard, simulated, report_interval_s, registered_at)
SELECT given.box_id, given.shard, true, 60, %(begin)s
FROM unnest(%(names)s::text[], %(shards)s::int[]) WITH ORDINALITY AS given (box_id, shard, place)
ORDER BY place
"""

_SHIPMENTS = """
INSERT INTO shipment (shipment_id, reference, state, product, simulated, created_at)
SELECT md5(box_id)::uuid, box_id, 'packed', 'leukapheresis', true, %(begin)s FROM box
"""

_PAYLOADS = """
INSERT INTO payload (payload_id, shipment_id, reference, profile_id, profile_version,
                     collection_end, pack_closed_at, clocks_entered_by)
SELECT md5('p' || box_id)::uuid, md5(box_id)::uuid, 'BAG-1', 'leukapheresis_fresh_2_8',
       (SELECT max(version) FROM profile WHERE profile_id = 'leukapheresis_fresh_2_8'),
       %(begin)s, %(begin)s, 'bench'
FROM box
"""

_ASSIGNMENTS = """
INSERT INTO assignment (id, payload_id, shipment_id, box_no, during, recorded_at, recorded_by)
SELECT gen_random_uuid(), md5('p' || box_id)::uuid, md5(box_id)::uuid, box_no,
       tstzrange(%(begin)s, NULL), %(begin)s, 'bench'
FROM box
"""


def add_shipments(connection: Connection, count: int, begin: datetime) -> None:
    """So many boxes BENCH-0000 …, each with one fresh payload since `begin`."""
    names = box_ids(count)
    shards = [shard_of(BoxId(name)) for name in names]
    connection.execute(_BOXES, {"names": names, "shards": shards, "begin": begin})
    for statement in (_SHIPMENTS, _PAYLOADS, _ASSIGNMENTS):
        connection.execute(statement, {"begin": begin})
    connection.commit()


_BOOTS = """
INSERT INTO watermark (box_no, boot, first_received_at, last_received_at)
SELECT box_no, 'b0b0b0b0', at, at
FROM (SELECT box_no, %(end)s - %(within)s * ((box_no * 7919) %% 900) / 900 AS at FROM box) AS heard
"""

_READINGS = """
INSERT INTO reading (box_no, boot_no, seq, bucket_at, device_at, received_at, temp_c)
SELECT box_no, boot_no, 0, last_received_at, last_received_at, last_received_at, 5.0 FROM watermark
"""

_WORK = """
INSERT INTO worklist (box_no, earliest, reason, put_at)
SELECT box_no, last_received_at, 'readings', last_received_at FROM watermark
"""


def add_single_readings(connection: Connection, end: datetime, within: timedelta) -> None:
    """One reading of each box, at some second of the time before `end`, and the work it makes."""
    for statement in (_BOOTS, _READINGS, _WORK):
        connection.execute(statement, {"end": end, "within": within})
    connection.commit()


_JUDGED = """
INSERT INTO assessment_state (payload_id, shipment_id, condition, as_of, last_reading, summary)
SELECT md5('p' || box_id)::uuid, md5(box_id)::uuid, 'IN_RANGE', %(now)s,
       jsonb_build_object('box_id', box_id, 'placed_at', %(now)s,
                          'received_at', %(now)s, 'temp_c', 5.0, 'trend_c_per_h', 0,
                          'revised', false,
                          'lat', -50 + 110 * ((box_no * 7919) %% 997) / 997.0,
                          'lon', -170 + 340 * ((box_no * 104729) %% 991) / 991.0, 'acc_m', 10),
       jsonb_build_object('preview', (
         SELECT jsonb_agg(jsonb_build_array(%(now)s - step * interval '10 minutes',
                                            round((5 + 0.5 * sin(step))::numeric, 1))
                          ORDER BY step DESC)
         FROM generate_series(0, 47) AS step))
FROM box
"""


def judge_shipments(connection: Connection, now: datetime) -> None:
    """A verdict of each, with a reading, eight hours' small curve, a place on the earth."""
    connection.execute(_JUDGED, {"now": now})
    connection.commit()
