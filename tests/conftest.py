"""What all tests share: fixtures by subject, markers by need, floors with names and times."""

import gc
import sys
from collections.abc import Sequence

import pytest
from hypothesis import settings

from services.core.runtime.memory import collect_seldom
from tests.support.effort import examples
from tests.support.floors import BOOK, floor_of

pytest_plugins = ["tests.support.databases", "tests.support.outside"]

_MARK_OF_FIXTURE = {
    "postgres_server": "integration",
    "embedded_broker": "integration",
    "timescale_server": "timescale",
    "timescale_url": "timescale",
    "empty_timescale_url": "timescale",
    "columnstore_url": "columnstore",
    "mosquitto": "mosquitto",
    "mosquitto_program": "mosquitto",
    "chromium": "browser",
    "oidc_provider": "provider",
}
_LOCAL = ("127.", "::1", "localhost", "0.0.0.0")  # noqa: S104 - compared with, not bound to


# A busy machine must not turn a property into a failure.
settings.register_profile("coldlane", deadline=None, print_blob=True, max_examples=examples(100))
settings.load_profile("coldlane")


def _stay_at_home(event: str, arguments: Sequence[object]) -> None:
    """No test may reach another machine: what it needs is here, or it is not tested."""
    if event != "socket.connect" or not isinstance(arguments[1], tuple):
        return
    host = str(arguments[1][0])
    if not host.startswith(_LOCAL):
        raise PermissionError(f"a test tried to connect to {host}")


class _ToldAtOnce:
    """Names each failure when it happens: a run that is cut off has told what failed until then."""

    def __init__(self, terminal: pytest.TerminalReporter) -> None:
        self._terminal = terminal

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            crash = getattr(report.longrepr, "reprcrash", None)
            words = str(getattr(crash, "message", "")).splitlines()[:3]
            self._terminal.ensure_newline()
            self._terminal.write_line(f"FAILED {report.nodeid} ({report.when}): {' '.join(words)}")


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    sys.addaudithook(_stay_at_home)
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal is not None and not hasattr(config, "workerinput"):
        config.pluginmanager.register(_ToldAtOnce(terminal))
    gc.disable()  # until everything is collected: what is imported is no garbage


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    collect_seldom()


def _needs(item: pytest.Item) -> set[str]:
    """Names of the fixtures a test stands on, also of those that a parameter chooses."""
    chosen = getattr(getattr(item, "callspec", None), "params", {})
    return {*getattr(item, "fixturenames", ()), *(str(value) for value in chosen.values())}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test by what it needs, so that no test forgets its marker."""
    for item in items:
        marks = {_MARK_OF_FIXTURE[name] for name in _needs(item) if name in _MARK_OF_FIXTURE}
        parts = item.nodeid.split("/")
        marks |= {"e2e"} & set(parts)
        if marks or "integration" in parts:
            marks.add("integration")
        for mark in sorted(marks):
            item.add_marker(mark)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    floor = floor_of(report.nodeid, set(report.keywords))
    BOOK.seconds[floor] += report.duration
    if report.when == "call":
        BOOK.tests[floor] += 1


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker of a run in several processes hands over what it could not run."""
    handed_over = getattr(session.config, "workeroutput", None)
    if handed_over is not None:
        handed_over["missing"] = BOOK.missing


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    """What a worker could not run is named with the rest."""
    BOOK.missing.update(getattr(node, "workeroutput", {}).get("missing", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Each floor with its time, and by name what could not be run."""
    terminalreporter.section("floors")
    for floor, count in sorted(BOOK.tests.items()):
        terminalreporter.line(f"{floor:12} {count:5} tests {BOOK.seconds[floor]:8.1f} s")
    for floor, reason in sorted(BOOK.missing.items()):
        terminalreporter.line(f"{floor:12} could not run: {reason}", red=True)
