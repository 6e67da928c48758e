"""The rule that gives boot and sequence number to readings without them."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.core.wire.keys import derived_key, receipt_step
from services.core.wire.messages import MAX_SEQ

BEGIN = datetime(1900, 1, 1, tzinfo=UTC)
AT = BEGIN + timedelta(hours=30, milliseconds=1)
INSTANTS = st.timedeltas(timedelta(0), timedelta(days=365 * 1000)).map(lambda after: BEGIN + after)


def test_key_is_the_stretch_and_the_millisecond_in_it() -> None:
    boot, seq = derived_key(AT, "senml temp")
    assert (boot, seq >> 28) == ("0" * 31 + "5", 1)
    # sha256("senml temp") begins with these 28 bits; worked out with sha256sum.
    assert seq & (2**28 - 1) == 0x75C1576


@given(INSTANTS, st.text(max_size=20))
def test_key_fits_the_contract_and_grows_with_time(instant: datetime, source: str) -> None:
    boot, seq = derived_key(instant, source)
    later = derived_key(instant + timedelta(milliseconds=1), source)
    assert 0 <= seq <= MAX_SEQ
    assert len(boot) == 32
    assert boot.startswith("0" * 16)
    assert (boot, seq) < later
    assert derived_key(instant + timedelta(microseconds=1), source) in ((boot, seq), later)


def test_what_measured_tells_readings_of_one_instant_apart() -> None:
    assert len({derived_key(AT, f"probe {n}") for n in range(100)}) == 100


@given(INSTANTS)
def test_receipt_counts_to_the_minute(instant: datetime) -> None:
    step = receipt_step(instant)
    assert step <= instant < step + timedelta(minutes=1)
    assert receipt_step(step) == step
