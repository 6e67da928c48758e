"""A real browser for the benchmarks of the pages: what they cost, seen from inside."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

from playwright.async_api import Browser, CDPSession, Page, async_playwright

from tests.support.machine import find_chromium
from tests.support.outside import CHROMIUM_SWITCHES

ANSWER_S = 60.0
_NOTE_FIRST = """
  new MutationObserver((_, observer) => {
    if (!document.querySelector(".strip")) return;
    observer.disconnect();
    const note = () => { window.firstPicture = performance.now(); };
    requestAnimationFrame(() => requestAnimationFrame(note));
  }).observe(document, {childList: true, subtree: true});
"""
# The first curve of readings counts once the frame that it is drawn in has been painted.
_NOTE_TRACE = """
  window.tracePainted = new Promise((painted) => {
    const note = () => painted(performance.now());
    addEventListener("tracedrawn", () => {
      if (!performance.getEntriesByName("trace drawn").length) return;
      requestAnimationFrame(() => requestAnimationFrame(note));
    });
  });
"""


@asynccontextmanager
async def running_browser() -> AsyncIterator[Browser]:
    """Debian's Chromium without a GPU, as a control room's old computer has it."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_chromium(), args=list(CHROMIUM_SWITCHES)
        )
        yield browser
        await browser.close()


@asynccontextmanager
async def cold_page(browser: Browser) -> AsyncIterator[Page]:
    """A page of a profile that has never been here."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900})
    await context.add_init_script(_NOTE_FIRST + _NOTE_TRACE)
    yield await context.new_page()
    await context.close()


async def count_bytes(page: Page) -> tuple[CDPSession, list[float]]:
    """The session of a page and, as they come in, the bytes over the wire of each answer."""
    session = await page.context.new_cdp_session(page)
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    await session.send("Network.enable")
    return session, sizes


class Worker:
    """The worker that all tabs share: it is no page's, so it is spoken to through the browser."""

    def __init__(self, session: CDPSession, name: str) -> None:
        self._session, self._name = session, name
        self._numbers = count(1)
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        session.on("Target.receivedMessageFromTarget", self._take)

    @classmethod
    async def of(cls, browser: Browser) -> Worker:
        """The one that runs."""
        session = await browser.new_browser_cdp_session()
        targets = (await session.send("Target.getTargets"))["targetInfos"]
        (found,) = (one["targetId"] for one in targets if one["type"] == "shared_worker")
        wish = {"targetId": found, "flatten": False}
        return cls(session, (await session.send("Target.attachToTarget", wish))["sessionId"])

    async def send(self, method: str) -> dict[str, Any]:
        """One command of the protocol, and its answer."""
        number = next(self._numbers)
        self._answers[number] = asyncio.get_running_loop().create_future()
        message = json.dumps({"id": number, "method": method})
        wish = {"sessionId": self._name, "message": message}
        await self._session.send("Target.sendMessageToTarget", wish)
        return await asyncio.wait_for(self._answers[number], ANSWER_S)

    def _take(self, event: dict[str, Any]) -> None:
        told = json.loads(event["message"])
        answer = self._answers.pop(told.get("id"), None)
        if answer is not None:
            if "result" in told:
                answer.set_result(told["result"])
            else:
                answer.set_exception(RuntimeError(str(told["error"])))


async def main_thread_s(session: CDPSession) -> float:
    """How long the page's main thread has worked so far."""
    answer: dict[str, Any] = await session.send("Performance.getMetrics")
    (value,) = (each["value"] for each in answer["metrics"] if each["name"] == "TaskDuration")
    return float(value)
