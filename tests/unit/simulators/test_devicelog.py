"""The log of a box: nothing goes without a receipt, what is missing goes out again."""

from datetime import UTC, datetime

from services.core.wire.payload import BootReceipt, TelemetryReading
from simulators.devicelog import RESEND_AFTER_S, DeviceLog

BOOT = "9f3c21aa"


def log_of(count: int, *, capacity: int = 1000) -> DeviceLog:
    log = DeviceLog(BOOT, capacity=capacity)
    for seq in range(count):
        log.append(TelemetryReading(seq=seq, t=datetime(2026, 1, 1, tzinfo=UTC), temp_c=5.0))
    return log


def seqs(log: DeviceLog, now_s: float = 0.0, limit: int = 1000) -> list[int]:
    return [record.seq for record in log.take(now_s, limit)]


def receipt(contiguous: int, *missing: tuple[int, int], boot: str = BOOT) -> BootReceipt:
    return BootReceipt(boot, contiguous, missing)


def test_sending_everything_drops_nothing() -> None:
    log = log_of(5)
    assert seqs(log) == [0, 1, 2, 3, 4]
    assert (log.held, log.pending, log.receipted) == (5, 0, 0)


def test_a_receipt_drops_what_it_covers_and_only_that() -> None:
    log = log_of(5)
    seqs(log)
    assert log.apply(receipt(2), 1.0) == 3
    assert (log.held, log.receipted) == (2, 3)


def test_a_receipt_of_another_boot_says_nothing_about_this_one() -> None:
    log = log_of(5)
    assert log.apply(receipt(4, boot="00000000"), 1.0) == 0
    assert log.held == 5


def test_an_old_receipt_after_a_new_one_is_harmless() -> None:
    log = log_of(5)
    log.apply(receipt(3), 1.0)
    assert log.apply(receipt(1), 2.0) == 0
    assert log.held == 1


def test_missing_ranges_go_out_again_and_the_rest_stays_quiet() -> None:
    log = log_of(10)
    seqs(log, now_s=0)
    log.apply(receipt(1, (2, 3), (6, 6)), now_s=10)
    assert seqs(log, now_s=10) == [2, 3, 6]
    assert log.resent == 3


def test_what_was_sent_a_moment_ago_is_on_its_way_not_missing() -> None:
    log = log_of(10)
    seqs(log, now_s=0)
    log.apply(receipt(1, (2, 3)), now_s=1)
    assert log.pending == 0


def test_what_no_receipt_covers_is_sent_again_after_a_while() -> None:
    log = log_of(3)
    seqs(log, now_s=0)
    assert log.requeue_overdue(RESEND_AFTER_S - 1) == 0
    assert log.requeue_overdue(RESEND_AFTER_S) == 3
    assert seqs(log, now_s=31) == [0, 1, 2]


def test_what_the_broker_refused_is_due_again() -> None:
    log = log_of(3)
    seqs(log)
    log.not_delivered([1])
    assert seqs(log) == [1]


def test_a_refusal_after_the_receipt_brings_nothing_back() -> None:
    log = log_of(3)
    seqs(log)
    log.apply(receipt(2), 1.0)
    log.not_delivered([1])
    assert (log.pending, log.held) == (0, 0)


def test_a_full_log_gives_up_its_oldest_and_says_where_it_begins() -> None:
    log = log_of(12, capacity=10)
    assert log.start_seq == 2
    assert seqs(log) == list(range(2, 12))


def test_with_the_radio_off_only_what_lies_below_the_horizon_goes_out() -> None:
    log = log_of(6)
    log.horizon = 3
    assert log.pending == 4
    assert seqs(log) == [0, 1, 2, 3]
    log.apply(receipt(3), 1.0)
    assert not log.awaited
    log.horizon = None
    assert seqs(log) == [4, 5]


def test_a_backfill_finds_what_is_held_and_counts_what_is_gone() -> None:
    log = log_of(10)
    seqs(log)
    log.apply(receipt(4), 1.0)
    assert log.requeue_range(3, 20) == (5, 2)
    assert seqs(log) == [5, 6, 7, 8, 9]


def test_what_is_overwritten_before_anybody_had_it_is_remembered_as_gone() -> None:
    log = log_of(2, capacity=2)
    log.acknowledge([0])
    for seq in (2, 3):
        log.append(TelemetryReading(seq=seq, t=datetime(2026, 11, 22, tzinfo=UTC), temp_c=5.0))
    assert log.overwritten == [1]
    assert log.unacknowledged == {2, 3}
