"""Where an organisation is, which firm is in a regime, who signs, and a rule of one's own."""

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.entering import post
from tests.e2e.watching import Watch
from tests.integration.local.running import RunningSystem

pytestmark = pytest.mark.timeout(300)

PATIENCE_MS = 60_000
FIRM = "moving-firm"
SEND = "dialog.ask button[type=submit]"


def rename(url: str) -> None:
    """Another administrator gives the firm another name meanwhile."""
    sooner = {"name": "Moved Firm", "reason": "new name"}
    path = f"{url}/api/v1/organisations/{FIRM}"
    answer = httpx.patch(
        path, json=sooner, headers={"If-Match": '"1"'}, timeout=60, trust_env=False
    )
    assert answer.status_code == 200, answer.text


async def send(page: Page) -> None:
    await page.locator(SEND).click()
    await expect(page.locator("dialog.ask")).to_have_count(0, timeout=PATIENCE_MS)


async def ask(page: Page, part: str, words: str) -> None:
    await page.locator(part).get_by_role("button", name=words).click()
    await expect(page.locator("dialog.ask")).to_be_visible(timeout=PATIENCE_MS)


async def test_an_administrator_moves_an_organisation_with_a_reason(
    system: RunningSystem, url: str, browser: Browser, watch: Watch
) -> None:
    firm = {"organisation_id": FIRM, "name": "Moving Firm", "country": "CN", "kind": "sponsor"}
    post(url, "/organisations", firm)
    page = await watch.open(browser)
    await page.goto(f"{url}/organisations?lang=en")
    row = page.locator("#list tr", has_text=FIRM)
    await expect(row).to_contain_text("at home", timeout=PATIENCE_MS)
    await row.get_by_role("button").click()
    await page.locator("#ask-country").fill("Germany")
    await page.locator("#ask-reason").fill("bought by a firm abroad")
    await page.locator(SEND).click()
    await expect(page.locator("#ask-country-error")).to_contain_text("two letters")
    await page.locator("#ask-country").fill("de")

    # Somebody else was faster: both versions are shown, and what is typed stays.
    await page.locator("#ask-data_lists input[value=cn-sh]").check()
    rename(url)
    await page.locator(SEND).click()
    both = page.locator("dialog.ask .meanwhile")
    await expect(both).to_be_focused(timeout=PATIENCE_MS)
    await expect(both.locator("tr", has_text="Name")).to_contain_text("Moved FirmMoving Firm")
    await expect(both.locator("tbody")).to_contain_text("CNde")
    await expect(page.locator("#ask-reason")).to_have_value("bought by a firm abroad")
    await page.locator("#ask-name").fill("Moved Firm")
    await send(page)
    await expect(row).to_contain_text("Moved Firm", timeout=PATIENCE_MS)
    await expect(row).to_contain_text("abroad: the data policy", timeout=PATIENCE_MS)
    await expect(row).to_contain_text("Shanghai")


async def test_a_firm_a_signer_and_an_own_rule_are_entered_and_the_rule_withdrawn(
    system: RunningSystem, url: str, browser: Browser, watch: Watch
) -> None:
    page = await watch.open(browser)
    await page.goto(f"{url}/paper-rules?lang=en")
    await expect(page.locator("#shipped")).to_contain_text("Annual plan", timeout=PATIENCE_MS)
    await ask(page, "#firms-acts", "Enter a firm")
    await page.locator("#ask-firm").fill("Regime Firm")
    await page.locator(SEND).click()
    await expect(page.locator("#ask-reference-error")).to_contain_text("fill this in")
    await page.locator("#ask-reference").fill("list of 2026-10")
    await send(page)
    await expect(page.locator("#firms")).to_contain_text("Regime Firm", timeout=PATIENCE_MS)

    await ask(page, "#own-acts", "Lay a rule over a shipped one")
    await page.locator("#ask-base").select_option("joint-supervision-plan")
    await page.locator("#ask-of").fill("Sponsor of rules")
    await page.locator("#ask-source").fill("letter of the site, 2026-11-01")
    await page.locator("#ask-reason").fill("agreed with the site")
    await send(page)
    own = page.locator("#own tr", has_text="Sponsor of rules")
    await expect(own).to_contain_text("waived", timeout=PATIENCE_MS)
    await own.get_by_role("button").click()
    await page.locator("#ask-reason").fill("no longer agreed")
    await send(page)
    await expect(own).to_contain_text("withdrawn", timeout=PATIENCE_MS)
    await page.goto(f"{url}/paper-rules?lang=zh")
    await expect(page.locator("#firms")).to_contain_text("联合监管", timeout=PATIENCE_MS)
    await expect(page.locator("#officials-acts button")).to_be_visible()
