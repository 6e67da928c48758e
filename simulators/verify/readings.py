"""Every record a box delivered, against every row that is stored of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simulators.truth.document import BoxTruth
from simulators.verify.answers import Row
from simulators.verify.scores import Readings

_EXAMPLES = 5

Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class _Record:
    """What must be stored; an event has no temperature."""

    t_ms: int
    temp_c: float | None
    event: str | None
    true_ms: int | None


def compare_readings(truth: BoxTruth, rows: Sequence[Row], ended_ms: int) -> Readings:
    """Count what is lost, doubled, altered or invented; `later` came after the run had ended."""
    expected = _expected(truth)
    undelivered = {(log.boot, seq) for log in truth.logs for seq in log.undelivered}
    seen = Counter((row.boot, row.seq) for row in rows)
    score = Readings(expected=len(expected.keys() - undelivered), stored=len(rows))
    score.doubled = sum(count - 1 for count in seen.values())
    lost = sorted(expected.keys() - seen.keys() - undelivered)
    score.lost = len(lost)
    score.waiting = len((expected.keys() & undelivered) - seen.keys())
    score.examples = [f"lost: boot {boot} seq {seq}" for boot, seq in lost[:_EXAMPLES]]
    for row in rows:
        _compare_row(score, expected.get((row.boot, row.seq)), row, ended_ms)
    del score.examples[_EXAMPLES:]
    return score


def _expected(truth: BoxTruth) -> Mapping[Key, _Record]:
    records: dict[Key, _Record] = {}
    for log in truth.logs:
        for seq, t_ms, temp_c, true_ms in log.readings:
            records[log.boot, seq] = _Record(t_ms, temp_c, None, true_ms)
        for seq, t_ms, kind in log.events:
            records[log.boot, seq] = _Record(t_ms, None, kind, None)
    return records


def _compare_row(score: Readings, record: _Record | None, row: Row, ended_ms: int) -> None:
    if record is None:
        if row.received_ms > ended_ms:
            score.later += 1
            return
        score.invented += 1
        score.examples.append(f"invented: boot {row.boot} seq {row.seq}")
        return
    if (row.t_ms, row.temp_c, row.event) != (record.t_ms, record.temp_c, record.event):
        score.altered += 1
        score.examples.append(
            f"altered: boot {row.boot} seq {row.seq}: {record.temp_c} °C became {row.temp_c}"
        )
    if record.true_ms is not None and row.placed_ms is not None:
        off_s = (row.placed_ms - record.true_ms) / 1000
        if off_s:
            score.placed_off_s.append(off_s)
