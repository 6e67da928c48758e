"""The order of strips: who must act first stands first, whether customs still inspects or not."""

import re

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.watching import DESK, Watch

pytestmark = pytest.mark.timeout(300)

PATIENCE_MS = 60_000
# The page's own store is told of seven: four in trouble, three on plan.
FILL = """async () => {
  const module = (name) =>
    import(document.querySelector("script[type=module]").src.replace(/[^/]+$/, name));
  const [{ store }, { serverNow }] = [await module("store.js"), await module("clock.js")];
  const rest = {revision: 1, state: "moving", product: "leukapheresis", evidence: "COMPLETE",
    payloads: [], boxes: [], legs: [], simulated: true, condition: "IN_RANGE"};
  const after = (hours) => new Date(serverNow() + hours * 3_600_000).toISOString();
  const inspected = (rank, hours) => ({rank, latest_inspection_start: after(hours)});
  const cleared = (hours) => ({rank: null,
    clearance: {state: "CUSTOMS_CLEARED", deliver_by: after(hours)}});
  const p1 = (id) => ({open_alarm: {id, kind: "excursion", priority: 1, state: "UNACKNOWLEDGED"}});
  const one = (name, values) => ({...rest, id: `order-${name}`, reference: name, ...values});
  store.takeSnapshot({alarms: [], appointments: [], sites: [], shipments: [
    one("ORDER-P2-MISSED", {...inspected(4, 1.5), phase: {code: "at_customs"}, ready_at: after(-1),
      appointment: {state: "CONFIRMED", start: after(-0.27)}}),
    one("ORDER-P2-FIRST", {...inspected(1, 1), condition: "EXCURSION"}),
    one("ORDER-P1-SECOND", {...inspected(2, 2), ...p1("a")}),
    one("ORDER-P1-CLEARED", {...cleared(0.5), ...p1("b")}),
    one("ORDER-PLAN-THIRD", inspected(3, 2.5)),
    one("ORDER-PLAN-FOURTH", inspected(4, 4)),
    one("ORDER-PLAN-CLEARED", cleared(3)),
  ]});
}"""

# The facts of a way that ends so many hours from now, and of cells that are safe for five.
FACTS = """async ([hours, likely]) => {
  const module = (name) =>
    import(document.querySelector("script[type=module]").src.replace(/[^/]+$/, name));
  const [{ factRows }, { serverNow }] = [await module("fact-rows.js"), await module("clock.js")];
  const now = serverNow();
  const after = (hours) => new Date(now + hours * 3_600_000).toISOString();
  const leg = {status: "planned", to_code: "ZJ", planned_arrival: after(hours)};
  const viable_until = {p10: after(5), p50: after(likely)};
  const cells = {evidence: "COMPLETE", condition: "IN_RANGE", binding_constraint: "label_limit"};
  const rows = factRows({...cells, viable_until, legs: [leg]}, serverNow(), "UTC");
  return Object.fromEntries(rows);
}"""


async def test_an_open_p1_stands_first_and_what_is_cleared_where_its_own_time_puts_it(
    url: str, browser: Browser, watch: Watch
) -> None:
    page = await watch.open(browser, viewport=DESK)
    await page.goto(f"{url}/live?lang=en&q=ORDER-")
    await expect(page.locator("[data-part=link]")).to_have_class(
        "live link-live", timeout=PATIENCE_MS
    )
    await page.evaluate(FILL)

    names = {
        "needs_action": ["P1-CLEARED", "P1-SECOND", "P2-FIRST", "P2-MISSED"],
        "on_plan": ["PLAN-THIRD", "PLAN-CLEARED", "PLAN-FOURTH"],
    }
    for bay, expected in names.items():
        strips = page.locator(f".bay:has(#bay-{bay}) .strip")
        await expect(strips).to_have_count(len(expected), timeout=PATIENCE_MS)
        found = [await strip.get_attribute("data-reference") for strip in await strips.all()]
        assert found == [f"ORDER-{name}" for name in expected]
    # A slot that nobody was shown for is no plan: it says so, and asks for somebody.
    missed = page.locator("[data-reference=ORDER-P2-MISSED]")
    await expect(missed).to_have_class(re.compile("is-p2"))
    told = re.compile(r"slot \d\d:\d\d missed, 1[67] min")
    await expect(missed.locator(".phase")).to_have_text(told)

    # A way that ends after the cells are safe says by how much; one that ends before says nothing.
    facts = await page.evaluate(FACTS, [7.5, 5.5])
    late = r"in ZJ at .+, 2 h (29|30) min after the cells are safe"
    assert re.fullmatch(late, facts["plan_ends"])
    # A forecast moves with each reading, and says so; a clock does not.
    assert re.fullmatch("label limit, .+ moves .+", facts["limited_by"])
    facts = await page.evaluate(FACTS, [4, 5])
    assert "plan_ends" not in facts
    assert facts["limited_by"] == "label limit"
