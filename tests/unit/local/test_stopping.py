"""Being asked to end: once is enough, and twice in a moment is once."""

import os
import signal

import pytest

from services.local.stopping import StopRequested, stop_on_signals


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_each_way_of_asking_is_the_same_request(number: signal.Signals) -> None:
    with pytest.raises(StopRequested), stop_on_signals():
        os.kill(os.getpid(), number)


def ask_three_times() -> None:
    try:
        os.kill(os.getpid(), signal.SIGTERM)
    finally:
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGINT)


def test_a_second_request_does_not_disturb_the_end() -> None:
    with pytest.raises(StopRequested) as request, stop_on_signals():
        ask_three_times()
    assert request.value.__context__ is None


def test_afterwards_signals_mean_what_they_meant_before() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with stop_on_signals():
        assert signal.getsignal(signal.SIGTERM) is not before
    assert signal.getsignal(signal.SIGTERM) is before
