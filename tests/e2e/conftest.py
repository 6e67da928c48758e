"""The whole system as `coldlane up` starts it, and browser pages that are watched."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.e2e.watching import Watch
from tests.integration.local.running import RunningSystem, up
from tests.support.canaries import NAMED


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSystem]:
    """One system for all tests of the pages; each brings shipments of its own."""
    system = up(tmp_path_factory.mktemp("pages") / "data")
    yield system.await_ready()
    system.end()
    lines = system.words.read_text().splitlines()
    assert [line for line in lines if NAMED.search(line)] == [], "S46: no log names a bag"


@pytest.fixture
def url(system: RunningSystem) -> str:
    """Where a person opens the pages."""
    return str(system.run["page_url"])


@pytest.fixture
async def watch() -> AsyncIterator[Watch]:
    """Opens pages; the test fails when one threw, asked another host or broke the policy."""
    watch = Watch()
    yield watch
    for context in watch.contexts:
        await context.close()
    assert watch.foreign == []
    assert watch.errors == []
