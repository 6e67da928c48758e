"""Compares what is stored with what was sent, number by number; asks the database alone."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import psycopg
from psycopg.rows import dict_row

from services.core.domain.identifiers import shard_of
from tests.soak.boxes import NumberedBox
from tests.soak.plan import Outcome

_REGISTER = "INSERT INTO box (box_id, shard, registered_at) VALUES (%s, %s, %s)"
_COUNT = """
    SELECT count(*) AS rows, count(DISTINCT seq) AS numbers,
           count(*) FILTER (WHERE temp_c IS DISTINCT FROM
             (((seq * 7919 + %s * 104729) %% 30000) / 1000.0)::float8) AS altered
      FROM reading JOIN box USING (box_no) WHERE box_id = %s AND seq BETWEEN 0 AND %s
"""
_OTHERS = """
    SELECT (SELECT count(*) FROM key_conflict) AS conflicts,
           (SELECT count(*) FROM rejected_message) AS rejected
"""


class Oracle:
    """One connection for each question: the server may have been killed since the last."""

    def __init__(self, url: str):
        self._url = url

    def register(self, boxes: Sequence[NumberedBox]) -> None:
        """Make the boxes known."""
        registered_at = datetime.now(UTC) - timedelta(days=2)
        rows = [(box.name, shard_of(box.name), registered_at) for box in boxes]
        with psycopg.connect(self._url) as connection, connection.cursor() as cursor:
            cursor.executemany(_REGISTER, rows)

    def false_receipts(self, boxes: Sequence[NumberedBox]) -> int:
        """How many readings have a receipt and no row; the receipts are read first."""
        said = {box.name: box.contiguous + 1 for box in boxes}
        return sum(
            said[box.name] - self._count(box, said[box.name] - 1)["numbers"] for box in boxes
        )

    def judge(self, boxes: Sequence[NumberedBox], outcome: Outcome) -> None:
        """Count every box to its end."""
        per_box = outcome.plan.per_box
        for box in boxes:
            found = self._count(box, 2**53)
            outcome.rows += found["rows"]
            outcome.lost += per_box - found["numbers"]
            outcome.doubled += found["rows"] - found["numbers"]
            outcome.altered += found["altered"]
        others = self._one(_OTHERS)
        outcome.conflicts, outcome.rejected = others["conflicts"], others["rejected"]

    def _count(self, box: NumberedBox, last: int) -> Mapping[str, int]:
        return self._one(_COUNT, (box.number, box.name, last))

    def _one(self, query: str, parameters: tuple[object, ...] = ()) -> Mapping[str, int]:
        with psycopg.connect(self._url, row_factory=dict_row) as connection:
            row = connection.execute(query, parameters).fetchone()
        assert row is not None
        return row
