"""What is kept: profiles with their sources, notices with their receipts, the audit trail."""

import asyncio
import re
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.entering import CRYO, enter_quickly, post
from tests.e2e.watching import Watch, lines_of

pytestmark = pytest.mark.timeout(300)

PATIENCE_MS = 60_000


async def override(page: Page) -> None:
    """One number of the sponsor's own."""
    form = page.locator("[data-form=override]")
    await form.locator("#override-profile_id").fill("acme_story")
    await form.locator("#override-number").select_option("hold_h")
    await form.locator("#override-value").fill("96")
    await form.locator("#override-source").fill("stability report SR-12")
    await form.locator("#override-reason").fill("study 7")
    await form.locator("button").click()


HOLD = {
    "value": 96, "unit": "h", "source": "stability report SR-12", "grade": "S",
    "basis": "sponsor_validated",
}  # fmt: skip


def proposed_by_another(url: str) -> None:
    """Chen Yu, played with a key, proposes the same."""
    firm = {"organisation_id": "qa", "name": "Sponsor QA", "country": "CN", "kind": "platform"}
    post(url, "/organisations", firm)
    key = {"organisation": "qa", "role": "qa_approver", "person": "chen.yu", "name": "Chen Yu"}
    headers = {"authorization": f"Bearer {post(url, '/keys', key)['key']}"}
    body = {"profile_id": "acme_story", "base_profile_id": CRYO, "numbers": {"hold_h": HOLD}}
    path = f"{url}/api/v1/profile-proposals"
    wish = {**body, "reason": "study 7"}
    answer = httpx.post(path, json=wish, headers=headers, trust_env=False, timeout=60)
    assert answer.status_code == 201, answer.text


async def give_reason(page: Page, words: str) -> None:
    """The one field of the dialog, and its button."""
    await page.locator("#ask-reason").fill(words)
    await page.locator("dialog.ask button[type=submit]").click()
    await expect(page.locator("dialog.ask")).to_have_count(0, timeout=PATIENCE_MS)


async def test_a_number_is_proposed_by_one_and_approved_by_another_and_stands_beside_the_old(
    url: str, browser: Browser, watch: Watch
) -> None:
    page = await watch.open(browser)
    await page.goto(f"{url}/profiles?lang=en&q=no+such+profile")
    await expect(page.locator("#none")).to_contain_text("No profile matches", timeout=PATIENCE_MS)
    await page.locator("#clear").click()
    await page.locator(f"#names a[data-key='{CRYO}.2']").click()
    absolute = page.locator("#numbers tr", has_text="absolute_hi_c")
    await expect(absolute).to_contain_text("tisagenlecleucel", timeout=PATIENCE_MS)
    await override(page)
    proposal = page.locator(".proposal", has_text="acme_story")
    row = proposal.locator("tbody tr", has_text="Hold time")
    await expect(row).to_contain_text("120 h", timeout=PATIENCE_MS)
    await expect(row).to_contain_text("96 h")
    await expect(proposal.get_by_role("button", name="Approve and sign")).to_have_count(0)
    await asyncio.to_thread(enter_quickly, url, "CT-01140", "CB-1140")
    await proposal.get_by_role("button", name="Try over past data").click()
    found = proposal.locator(".trial")
    await expect(found).to_contain_text(f"judged by {CRYO} and packed", timeout=PATIENCE_MS)
    await page.locator("#f-q").fill("cart")
    await expect(page).to_have_url(re.compile("q=cart"), timeout=PATIENCE_MS)
    await expect(found.locator("tbody tr").first).to_contain_text("bag 1")
    await proposal.get_by_role("button", name="Withdraw").click()
    await give_reason(page, "typing error")
    await expect(proposal).to_have_count(0, timeout=PATIENCE_MS)
    await asyncio.to_thread(proposed_by_another, url)
    await page.reload()
    await proposal.get_by_role("button", name="Approve and sign").click(timeout=PATIENCE_MS)
    await give_reason(page, "read the report")
    changed = page.locator("#numbers tr.differs")
    await expect(changed).to_contain_text("was 120 h", timeout=PATIENCE_MS)
    await expect(changed).to_contain_text("stability report SR-12")
    await expect(page.locator("#head")).to_contain_text("draft")
    await expect(page).to_have_url(re.compile(r"p=acme_story\.1"))
    await page.goto(f"{url}/profiles?lang=zh&p={CRYO}.2")
    await expect(page.locator("#head")).to_contain_text("随产品提供", timeout=PATIENCE_MS)


async def test_a_test_is_sent_and_its_receipt_seen_and_sent_once_more(
    url: str, browser: Browser, watch: Watch
) -> None:
    page = await watch.open(browser)
    await page.goto(f"{url}/notifications?lang=en&state=given_up")
    await expect(page.locator("#chains")).to_contain_text("after 5 min", timeout=PATIENCE_MS)
    await expect(page.locator(".state")).to_contain_text("No notice matches", timeout=PATIENCE_MS)
    await page.get_by_role("button", name="Clear filters").click()
    await page.get_by_role("button", name="Send a test by log").click(timeout=PATIENCE_MS)
    row = page.locator("#rows tbody tr", has_text="Test").first
    await expect(row).to_contain_text("delivered", timeout=PATIENCE_MS)
    await row.locator("button").click()
    await page.locator("#ask-reason").fill("seen by nobody")
    await page.locator("dialog.ask [type=submit]").click()
    await expect(page.locator("#notes")).to_contain_text("once more by log", timeout=PATIENCE_MS)


def exported(url: str) -> dict[str, Any]:
    """What the trail says of the last export."""
    path = f"{url}/api/v1/audit?action=export"
    found: dict[str, Any] = httpx.get(path, trust_env=False, timeout=60).json()["items"][0]["after"]
    return found


@pytest.mark.usefixtures("shipment_id")
async def test_the_trail_is_narrowed_checked_and_saved(
    url: str, browser: Browser, watch: Watch
) -> None:
    post(url, "/boxes", {"box_id": "CB-1120"})
    page = await watch.open(browser)
    await page.goto(f"{url}/audit?lang=en&entity=nothing")
    await expect(page.locator(".state")).to_contain_text("No entry matches", timeout=PATIENCE_MS)
    rows = page.locator("#entries tbody tr")
    await page.goto(f"{url}/audit?lang=en&action=create&entity_id=CT-00800")
    await expect(rows).to_have_count(1, timeout=PATIENCE_MS)
    await expect(rows).to_contain_text("CT-00800")
    await page.goto(f"{url}/audit?lang=en&entity=box&entity_id=CB-1120")
    await expect(rows).to_have_count(1, timeout=PATIENCE_MS)
    await rows.locator("summary").click()
    await expect(rows.locator(".change")).to_contain_text("report_interval_s")
    await rows.get_by_role("button", name="local-operator").click()
    await expect(page).to_have_url(re.compile("principal=local-operator"))
    async with page.expect_download(timeout=PATIENCE_MS) as saving:
        await page.locator("#export").click()
    saved = lines_of(await (await saving.value).path())
    assert saved[0].startswith("id,position,at,principal_id")
    assert "CB-1120" in saved[1]
    await page.locator("#verify").click()
    verdict = page.locator("#checked .verdict")
    await expect(verdict).to_contain_text("stands as it was written", timeout=PATIENCE_MS)
    assert (await asyncio.to_thread(exported, url))["entity_id"] == "CB-1120"
