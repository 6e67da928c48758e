"""What a page hides from somebody who magnifies it, spaces its letters out, or goes by keyboard."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Any

from playwright.async_api import Page

from services.api.menu import PAGES

_TEXTS = """
  const seen = {visibilityProperty: true, opacityProperty: true};
  const texts = (but) => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const e = node.parentElement;
      if (!node.data.trim() || e.closest(but) || !e.checkVisibility(seen)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const text = `${e.localName}.${e.className} ${node.data.trim().slice(0, 30)}`;
      found.push({e, range, text});
    }
    return found;
  };"""
# WCAG 2.2, 1.4.12: what a reader's own style sheet may ask for.
_SPACE_OUT = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
    word-spacing: .16em !important; } p { margin-bottom: 2em !important; }`);
  document.adoptedStyleSheets.push(sheet);
}"""
# What is outside of an element that shows no more than fits, and that cannot be scrolled. The map
# draws by itself; tags and phase of a strip say themselves in a title too; the mark of the sound
# is said in whole in the menu; how far behind we are, UTC and the city of the clock give way as
# they do on a narrower screen: /status says them.
_CUT = """() => {%s
  const holders = (e) => {
    const found = [];
    for (let p = e; p && p !== document.body; p = p.parentElement) {
      const {overflowX: x, overflowY: y} = getComputedStyle(p);
      if (/auto|scroll/.test(x + y)) break;
      if (/hidden|clip/.test(x + y)) found.push({box: p.getBoundingClientRect(), x, y});
    }
    return found;
  };
  const out = "live-map, script, option, .sr, .skip, .tag-sound, .tags, .strip .phase, .live, "
    + ".clock";
  return texts(out).filter(({e, range}) => {
    const text = range.getBoundingClientRect();
    return holders(e).some(({box, x, y}) =>
      (/hidden|clip/.test(x) && (text.right > box.right + 2 || text.left < box.left - 2)) ||
      (/hidden|clip/.test(y) && (text.bottom > box.bottom + 3 || text.top < box.top - 3)));
  }).map(({text}) => `cut: ${text}`);
}"""
_OVERLAPPING = """() => {%s
  const out = "live-map, trace-chart, script, option, .sr, .skip, .tag-sound, .tags, .live, "
    + ".clock, .notes, [popover]";
  const lines = ({e, range, text}) => [...range.getClientRects()]
    .map(({left, right, top, bottom}) => ({e, text, left, right, top, bottom}));
  const all = texts(out).flatMap(lines);
  const shown = all.filter(({e, left, right, top, bottom}) => {
    const on = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    return on && (e.contains(on) || on.contains(e));
  }).sort((a, b) => a.top - b.top);
  return shown.flatMap((a, i) => shown.slice(i + 1)
    .filter((b) => b.e !== a.e && Math.min(a.bottom, b.bottom) - b.top > 6
      && Math.min(a.right, b.right) - Math.max(a.left, b.left) > 3)
    .map((b) => `over each other: ${a.text} / ${b.text}`));
}"""
# The element with the focus: whether it has a ring, and whether any of it can be seen. What is
# written anew in between is known by its kind.
# A stop is known by its words, but for numbers; in a row of a list by its kind.
_KIND = """const KIND = (e) =>
    `${e.localName}.${(e.className?.baseVal ?? e.className).split(" ")[0]}#${e.id}`;
  const NAME = (e) => `${e.localName}.${e.className?.baseVal ?? e.className}#${e.id} ${
    (e.getAttribute("aria-label") ?? e.textContent).trim().slice(0, 30)}`;
  const IN_ROW = (e) => e.closest("li, tr, [role=row], [data-reference], .case, .card");
  const KEY = (e) => IN_ROW(e) ? KIND(e) : KIND(e) + e.textContent.replace(/\\d/g, "");"""
_FOCUSED = """() => {
  %s
  const [MANY, FEW, KINDS] = [40, 10, 6];
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  // The cursor of a trace is as thin as a line: its plot wears the ring.
  const face = e.matches(".trace-cursor") ? e.parentElement.querySelector(".plot") : e;
  const around = [face.parentElement, face.parentElement.parentElement];
  const ringed = [face, ...face.children, ...around].some((one) =>
    [null, "::after"].some((part) => {
      const {outlineStyle, outlineWidth} = getComputedStyle(one, part);
      return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
    }));
  const box = face.getBoundingClientRect();
  const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
  const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
  const ours = (on) =>
    on && (face.contains(on) || on.contains(face) || on.closest("label")?.contains(face));
  const shown = right - left >= 1 && bottom - top >= 1 &&
    [[.5, .5], [.1, .2], [.9, .2], [.1, .8], [.9, .8]].some(([x, y]) =>
      ours(document.elementFromPoint(left + (right - left) * x, top + (bottom - top) * y)));
  window.walked ??= [];
  window.reached ??= new Set();
  const round = e !== window.walked.at(-1) && window.walked.includes(e);
  window.walked.push(e);
  const name = NAME(e);
  window.reached.add(KEY(e));
  // Row after row of the same stops proves no more: on to the last of them.
  const late = window.walked.slice(-MANY).map(KIND);
  if (late.length === MANY && new Set(late).size <= KINDS) {
    const last = window.walked.slice(-FEW);
    let list = e.parentElement;
    while (!last.every((one) => !one.isConnected || list.contains(one))) list = list.parentElement;
    const alike = [...list.querySelectorAll("a[href], button, input, summary")].filter((one) =>
      last.map(KIND).includes(KIND(one)) && one.tabIndex >= 0 && !one.disabled
      && one.checkVisibility({visibilityProperty: true}));
    window.walked = [];
    for (const one of alike.filter(IN_ROW)) window.reached.add(KEY(one));
    alike.at(-1)?.focus();
  }
  const faults = [ringed ? null : `no ring: ${name}`, shown ? null : `not seen: ${name}`];
  return {round, faults: faults.filter(Boolean)};
}"""
_STOPS = "a[href], button, input, select, textarea, summary"
_SHOWN = """const SHOWN = (stops) => [...document.querySelectorAll(stops)].filter((e) =>
    e.tabIndex >= 0 && !e.disabled && e.checkVisibility({visibilityProperty: true})
    && !e.closest(".leaflet-container, [popover]") && !(e.type === "radio" && !e.checked));"""
_LEFT_OUT = """(stops) => { %s %s return SHOWN(stops).filter((e) => !window.reached.has(KEY(e)))
  .map((e) => `never reached: ${NAME(e)}`); }"""
_THERE = """(stops) => { %s %s return [...new Set(SHOWN(stops).map(KEY))].sort(); }"""
MOST_STOPS = 400
SETTLES = 50


def paths_of(shipment_id: str, inspection_id: str, box_id: str) -> list[str]:
    """Every page's address, with these in the place of what stands in braces."""
    parts = {"shipment_id": shipment_id, "inspection_id": inspection_id, "box_id": box_id}
    return [plan.path.format(**parts) for plan in PAGES]


async def space_out(page: Page) -> None:
    """Lines, letters, words and paragraphs as far apart as a reader may ask for."""
    await page.evaluate(_SPACE_OUT)


async def hidden_words(page: Page) -> set[str]:
    """Words that are cut off, or that lie over others."""
    found: list[str] = []
    for look in (_CUT, _OVERLAPPING):
        found += await page.evaluate(look % _TEXTS)
    return set(found)


async def settling(look: Callable[[], Awaitable[Collection[str]]]) -> Collection[str]:
    """What is still wrong once a page has had time to follow its new size."""
    found = await look()
    for _ in range(SETTLES):
        if not found:
            break
        await asyncio.sleep(0.1)
        found = await look()
    return found


async def stops_of(page: Page) -> list[str]:
    """The kinds of stops that the page has now."""
    found: list[str] = await page.evaluate(_THERE % (_KIND, _SHOWN), _STOPS)
    return found


async def walk(page: Page) -> list[str]:
    """Tab from the first to the last; what has no ring, cannot be seen, or is never reached."""
    faults: list[str] = []
    for _ in range(MOST_STOPS):
        await page.keyboard.press("Tab")
        stop: dict[str, Any] | None = await page.evaluate(_FOCUSED % _KIND)
        if stop is None or stop["round"]:
            return [*faults, *await page.evaluate(_LEFT_OUT % (_KIND, _SHOWN), _STOPS)]
        faults += stop["faults"]
    return [*faults, f"no end after {MOST_STOPS} stops"]
