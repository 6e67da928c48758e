"""A guarded broker for the tests of a file: starting one costs more than most of its tests."""

from collections.abc import Iterator

import pytest

from tests.support.guarded import Guarded, guarded_broker


@pytest.fixture(scope="module")
def guarded(mosquitto_program: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    home = tmp_path_factory.mktemp("guarded")
    with guarded_broker(mosquitto_program, home) as running:
        for name in ("CB-0001", "CB-0002"):
            running.enrol(name)
        yield running
