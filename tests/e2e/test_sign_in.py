"""People sign in with a browser: by link, password and code; a session that ends loses nothing."""

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.async_api import Browser, expect

from tests.e2e.guarding import (
    PASSWORD,
    Guarded,
    enrolled,
    give_code,
    give_password,
    signed_in,
)
from tests.e2e.looking import walk
from tests.e2e.test_access import faults_of
from tests.e2e.test_access_apart import looked_at
from tests.e2e.test_magnified import unreadable
from tests.e2e.watching import Watch
from tests.integration.local.running import clean_environment, coldlane, up
from tests.support.outside import PATIENCE_MS

pytestmark = pytest.mark.timeout(300)

IDLE = (
    "active_at = active_at - interval '57 minutes',"
    " idle_ends_at = idle_ends_at - interval '57 minutes'"
)
NEAR_ITS_LAST_END = (
    "ends_at = now() + interval '4 minutes',"
    " idle_ends_at = least(idle_ends_at, now() + interval '4 minutes')"
)


def change_sessions(guarded: Guarded, change: str) -> None:
    """What the hours would do to everybody who is signed in."""
    with psycopg.connect(guarded.system.run["database_url"], autocommit=True) as connection:
        connection.execute(f"UPDATE session SET {change}")


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    system = up(tmp_path_factory.mktemp("guarded") / "data", "--sign-in")
    yield Guarded(system.await_ready())
    system.end()


async def test_administrator_gets_in_by_the_printed_link_and_takes_a_second_factor(
    guarded: Guarded, browser: Browser, watch: Watch
) -> None:
    await enrolled(guarded, browser, watch)
    assert len(set(guarded.codes)) == 10


async def test_second_sign_in_asks_for_both_and_leads_where_one_wanted_to_go(
    guarded: Guarded, browser: Browser, watch: Watch
) -> None:
    await enrolled(guarded, browser, watch)
    page = await watch.open(browser)
    await page.goto(f"{guarded.url}/shipments/new?lang=zh")
    await give_password(page, "not the password at all")
    await expect(page.locator("#failed")).to_contain_text("不正确")
    await give_password(page)
    await give_code(page, "000000")
    await expect(page.locator("#failed")).to_contain_text("验证码错误")
    await give_code(page, guarded.codes[0])
    await expect(page).to_have_url(re.compile(r"/shipments/new"), timeout=PATIENCE_MS)
    cookies = {one["name"]: one for one in await page.context.cookies()}
    port = guarded.url.rpartition(":")[2]
    session = cookies[f"coldlane-local-{port}"]
    assert (session["httpOnly"], session["sameSite"], session["path"]) == (True, "Lax", "/")
    assert await page.evaluate(f"document.cookie.includes('coldlane-local-{port}=')") is False

    # Nobody has done anything for 57 of the 60 minutes: the page says so, and one word is enough.
    change_sessions(guarded, IDLE)
    ends = page.locator("[data-part=ends]")
    # Where its scripts do not listen yet, the page looks by itself half a minute later.
    await page.evaluate("dispatchEvent(new Event('focus'))")
    await expect(ends).to_contain_text("3 分钟后结束", timeout=PATIENCE_MS)
    await page.get_by_role("button", name="保持登录").click()
    await expect(ends).to_have_count(0, timeout=PATIENCE_MS)


async def test_work_puts_the_end_of_a_session_off_but_never_its_last_end(
    guarded: Guarded, browser: Browser, watch: Watch
) -> None:
    page = await signed_in(guarded, browser, watch, "/handover?lang=en", 4)
    await page.clock.install()
    change_sessions(guarded, IDLE)
    await page.goto(f"{guarded.url}/handover?lang=en")
    ends = page.locator("[data-part=ends]")
    await expect(ends).to_have_text("Your session ends in 3 min.", timeout=PATIENCE_MS)
    await expect(page.get_by_role("button", name="Stay signed in")).to_be_visible()
    await page.keyboard.press("Shift")
    async with page.expect_response("**/api/v1/me/stay") as answered:
        await page.clock.fast_forward("06:00")
    assert (await answered.value).ok
    await expect(ends).to_have_count(0, timeout=PATIENCE_MS)

    # After twelve hours work does not help any more; typed words are kept by signing in elsewhere.
    change_sessions(guarded, NEAR_ITS_LAST_END)
    await page.evaluate("dispatchEvent(new Event('focus'))")
    await expect(ends).to_have_text(re.compile("ends in [34] min"), timeout=PATIENCE_MS)
    again = page.locator(".note:has([data-part=ends]) a")
    await expect(again).to_have_attribute("href", "/sign-in")
    await expect(again).to_have_attribute("target", "_blank")
    await expect(page.get_by_role("button", name="Stay signed in")).to_have_count(0)


async def test_ones_own_page_and_the_second_step_are_open_to_everybody(
    guarded: Guarded, browser: Browser, watch: Watch, axe: Path
) -> None:
    await enrolled(guarded, browser, watch)
    page = await watch.open(browser, reduced_motion="reduce")
    await page.goto(f"{guarded.url}/me?lang=en")
    await give_password(page)
    await expect(page.locator("#second button[type=submit]")).to_be_enabled(timeout=PATIENCE_MS)
    faults = {"/sign-in/second": await looked_at(page, axe)}
    await give_code(page, guarded.codes[3])
    own = page.locator("#sessions li").first
    await expect(own).to_be_visible(timeout=PATIENCE_MS)
    faults |= await faults_of(page, f"{guarded.url}/me", axe)
    for language in ("en", "zh"):
        await page.goto(f"{guarded.url}/me?lang={language}")
        await expect(own).to_be_visible(timeout=PATIENCE_MS)
        faults[f"{language} by keyboard"] = await walk(page)
        faults[f"{language} magnified"] = await unreadable(page)
    assert {name: found for name, found in faults.items() if found} == {}


async def test_s33_passkey_of_a_real_browser_is_taken_and_proven(
    guarded: Guarded, browser: Browser, watch: Watch
) -> None:
    await enrolled(guarded, browser, watch)
    page = await watch.open(browser)
    device = await page.context.new_cdp_session(page)
    await device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    await device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    await page.goto(f"{guarded.url}/me?lang=en")
    await give_password(page)
    await give_code(page, guarded.codes[2])
    await page.locator("#add-passkey").click()
    # It was missing once, in a run under load: what the page shows instead is told by this.
    await expect(page.locator("#proof")).to_be_visible()
    await page.locator("#proof").fill("not the password at all")
    await page.locator("#prove button[type=submit]").click()
    await expect(page.locator("#proof-error")).to_contain_text("does not fit")
    await page.locator("#proof").fill(PASSWORD)
    await page.locator("#prove button[type=submit]").click()
    await expect(page.locator("#factors li")).to_have_count(2, timeout=PATIENCE_MS)
    await page.locator("#unit").select_option("f")
    async with page.expect_navigation():
        await page.locator("#speech button[type=submit]").click()
    await expect(page.locator("#unit")).to_have_value("f", timeout=PATIENCE_MS)
    await page.locator("#sign-out").click()
    await give_password(page)
    await page.locator("#by-passkey").click()
    await expect(page).to_have_url(re.compile(r"/live"), timeout=PATIENCE_MS)


async def test_s53_signed_out_elsewhere_keeps_what_was_typed_and_ends_the_stream(
    guarded: Guarded, browser: Browser, watch: Watch
) -> None:
    await enrolled(guarded, browser, watch)
    page = await watch.open(browser)
    await page.goto(f"{guarded.url}/shipments/new?lang=en")
    await give_password(page)
    await give_code(page, guarded.codes[1])
    typed = page.locator("[id='f-shipment.reference']")
    await typed.fill("CT-00900")
    live = await page.context.new_page()
    await live.goto(f"{guarded.url}/live?lang=en")
    await expect(live.locator("[data-part=health-count]")).not_to_be_empty(timeout=PATIENCE_MS)
    mine = await page.context.new_page()
    await mine.goto(f"{guarded.url}/me?lang=en")
    await mine.locator("#sign-out").click()
    await expect(mine).to_have_url(re.compile(r"/sign-in$"))
    # The stream ends within seconds of its session, and the page asks who is here.
    await expect(live.locator("dialog#signed-out")).to_be_visible(timeout=PATIENCE_MS)
    await page.bring_to_front()
    await page.evaluate("dispatchEvent(new Event('focus'))")
    said = page.locator("dialog#signed-out")
    await expect(said).to_contain_text("You are signed out", timeout=PATIENCE_MS)
    await expect(typed).to_have_value("CT-00900")


def test_people_are_let_in_and_shut_out_from_the_command_line(
    guarded: Guarded, tmp_path: Path
) -> None:
    folder = ["--data-dir", str(guarded.system.folder)]

    def run(*arguments: str, key: str = "", code: int = 0) -> str:
        environment = clean_environment(tmp_path, **({"COLDLANE_API_KEY": key} if key else {}))
        done = coldlane([*arguments, *folder], tmp_path, environment)
        assert done.returncode == code, done.stderr
        return done.stdout.strip() or done.stderr.strip()

    assert "sign in first" in run("person", "list", code=1)
    key = run("key", "first")
    assert "first-key" in run("key", "list", key=key)
    made = ["--kind", "platform", "--name", "QA", "--country", "CN"]
    run("organisation", "create", "qa", *made, key=key)
    person = ["--name", "Chen Yu", "--organisation", "qa", "--role", "operator"]
    link = run("person", "create", "chen.yu", *person, key=key)
    assert re.fullmatch(rf"{guarded.url}/sign-in#link=[\w-]{{43}}", link)
    run("person", "change", "chen.yu", "--role", "auditor", "--reason", "audits", key=key)
    assert run("person", "reset", "chen.yu", "--reason", "lost it", key=key) != link
    run("person", "disable", "chen.yu", "--reason", "left", key=key)
    assert re.search(r"chen\.yu +disabled +qa +auditor", run("person", "list", key=key))
    assert re.fullmatch(rf"{guarded.url}/sign-in#link=[\w-]{{43}}", run("person", "first-link"))
