"""Fixtures for what is not the database: brokers and the browser."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from services.local.broker import EmbeddedBroker
from tests.support import floors
from tests.support.brokers import MosquittoBroker, find_mosquitto, running_mosquitto
from tests.support.machine import find_chromium, find_oidc_provider
from tests.support.sign_in_provider import RunningProvider, running_provider

# A window's address bar brings two pages of its own, in a process each: of every page that a test
# opened, five sixths of the cost. The last list counts, so Playwright's own is said again.
_WITHOUT = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "AimEnabled",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)
CHROMIUM_SWITCHES = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(_WITHOUT)}",
    # Names elsewhere lead nowhere. Asking for each request whether it may go out would switch off
    # the cache that people's browsers have.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)

PATIENCE_MS = 60_000

expect.set_options(timeout=PATIENCE_MS)  # of five seconds by default


@pytest.fixture(scope="session")
def mosquitto_program() -> str:
    """Where Mosquitto is; its floor is named when this machine has none."""
    program = find_mosquitto()
    if program is None:
        floors.missing("mosquitto", "Mosquitto is not installed (make test installs it)")
    return program


@pytest.fixture
def mosquitto(
    mosquitto_program: str, tmp_path: Path, pytestconfig: pytest.Config
) -> Iterator[MosquittoBroker]:
    """A Mosquitto with the shipped settings that belongs to this test alone."""
    home = tmp_path / "mosquitto"
    with running_mosquitto(mosquitto_program, home, pytestconfig.rootpath) as broker:
        yield broker


@pytest.fixture
def mosquitto_url(mosquitto: MosquittoBroker) -> str:
    """Address of this test's Mosquitto."""
    return mosquitto.url


@pytest.fixture
def embedded_broker(tmp_path: Path) -> Iterator[EmbeddedBroker]:
    """The broker that the product brings along, belonging to this test alone."""
    broker = EmbeddedBroker(tmp_path / "broker")
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture(params=["embedded_broker", "mosquitto"])
def broker_url(request: pytest.FixtureRequest) -> str:
    """Address of a broker of this test's own; the test runs once on each kind."""
    broker: EmbeddedBroker | MosquittoBroker = request.getfixturevalue(request.param)
    return broker.url


@pytest.fixture(scope="session")
def oidc_provider() -> Iterator[RunningProvider]:
    """A real OpenID Connect provider; its floor is named when this machine has none."""
    home = find_oidc_provider()
    if home is None:
        floors.missing("provider", "Node or its provider is missing (make test installs it)")
    with running_provider(home) as provider:
        yield provider


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Debian's Chromium is; its floor is named when this machine has none."""
    program = find_chromium()
    if program is None:
        floors.missing("browser", "Chromium is not installed (make test installs it)")
    return program


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """A real browser that belongs to this test alone."""
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(
            executable_path=chromium, args=list(CHROMIUM_SWITCHES)
        )
        yield running
        await running.close()


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A page at the size of a desk; the test fails when its scripts threw or logged an error."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    opened = await context.new_page()
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on(
        "console",
        lambda message: problems.append(message.text) if message.type == "error" else None,
    )
    yield opened
    await context.close()
    assert problems == []
