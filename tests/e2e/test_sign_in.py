"""People sign in with a browser: by link, password and code; a session that ends loses nothing."""

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.watching import Watch
from tests.integration.local.running import RunningSystem, clean_environment, coldlane, up

pytestmark = pytest.mark.timeout(300)

PASSWORD = "an ice box full of kettles"
PATIENCE_MS = 20_000


class Guarded:
    """A system that demands a sign-in, and the link that it printed."""

    def __init__(self, system: RunningSystem) -> None:
        self.system = system
        self.url = str(system.run["page_url"])
        assert system.process.stdout is not None
        line = system.process.stdout.readline()
        found = re.search(r"(http://\S+/sign-in#link=[\w-]{43})$", line)
        assert found, line
        self.link = found[1]
        self.codes: list[str] = []


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    system = up(tmp_path_factory.mktemp("guarded") / "data", "--sign-in")
    yield Guarded(system.await_ready())
    system.end()


async def shown(page: Page) -> None:
    """On a phone nothing is wider than the screen, and every control has a name."""
    nameless = """() => [...document.querySelectorAll("button, a, input, select")]
      .filter((e) => e.checkVisibility() && !(e.getAttribute("aria-label") || e.innerText.trim()
        || e.labels?.length)).map((e) => e.outerHTML.slice(0, 120))"""
    assert await page.evaluate(nameless) == []
    await page.set_viewport_size({"width": 390, "height": 844})
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not await page.evaluate(wide)
    await page.set_viewport_size({"width": 1440, "height": 900})


async def give_password(page: Page, password: str = PASSWORD) -> None:
    await page.locator("#person").fill("administrator")
    await page.locator("#sign-in #password").fill(password)
    await page.locator("#sign-in button").click()


async def enrolled(guarded: Guarded, browser: Browser, watch: Watch) -> None:
    """The administrator has come in by the link and has a second factor; once a system."""
    if guarded.codes:
        return
    import pyotp

    page = await watch.open(browser)
    await page.goto(f"{guarded.url}/quality?lang=en")
    await expect(page).to_have_url(re.compile(r"/sign-in\?next=/quality"))
    await shown(page)
    await page.goto(guarded.link)
    await page.locator("#new-password").fill("password2026!")
    await page.locator("#repeated").fill("password2026!")
    assert "link=" not in page.url
    await page.locator("#by-link button").click()
    await expect(page.locator("#failed")).to_contain_text("too common")
    for field in ("#new-password", "#repeated"):
        await page.locator(field).fill(PASSWORD)
    await page.locator("#by-link button").click()

    await expect(page.locator("#owed")).to_be_visible(timeout=PATIENCE_MS)
    await page.locator("#add-app").click()
    secret = await page.locator("[data-part=secret]").inner_text()
    await shown(page)
    await page.locator("#app-code").fill(pyotp.TOTP(secret).now())
    await page.locator("#new-factor form button").click()
    codes = page.locator("[data-part=codes] li")
    await expect(codes).to_have_count(10)
    guarded.codes = await codes.all_inner_texts()
    await page.locator("#new-factor button").click()
    await expect(page.locator("#sessions li")).to_have_count(1)
    await expect(page.locator("#factors li")).to_contain_text("Authenticator app")
    await shown(page)
    await page.goto(f"{guarded.url}/live?lang=en")
    await expect(page.locator("[data-part=health-count]")).not_to_be_empty(timeout=PATIENCE_MS)


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
    await page.locator("#code").fill("000000")
    await page.locator("#second button[type=submit]").click()
    await expect(page.locator("#failed")).to_contain_text("验证码错误")
    await page.locator("#code").fill(guarded.codes[0])
    await page.locator("#second button[type=submit]").click()
    await expect(page).to_have_url(re.compile(r"/shipments/new"), timeout=PATIENCE_MS)
    cookies = {one["name"]: one for one in await page.context.cookies()}
    port = guarded.url.rpartition(":")[2]
    session = cookies[f"coldlane-local-{port}"]
    assert (session["httpOnly"], session["sameSite"], session["path"]) == (True, "Lax", "/")
    assert await page.evaluate(f"document.cookie.includes('coldlane-local-{port}=')") is False

    # Nobody has done anything for 57 of the 60 minutes: the page says so, and one word is enough.
    with psycopg.connect(guarded.system.run["database_url"], autocommit=True) as connection:
        connection.execute(
            "UPDATE session SET active_at = active_at - interval '57 minutes',"
            " idle_ends_at = idle_ends_at - interval '57 minutes'"
        )
    ends = page.locator("[data-part=ends]")
    await page.evaluate("dispatchEvent(new Event('focus'))")
    await expect(ends).to_contain_text("3 分钟后结束", timeout=PATIENCE_MS)
    await page.get_by_role("button", name="保持登录").click()
    await expect(ends).to_have_count(0, timeout=PATIENCE_MS)


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
    await page.locator("#code").fill(guarded.codes[2])
    await page.locator("#second button[type=submit]").click()
    await page.locator("#add-passkey").click()
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
    await page.locator("#code").fill(guarded.codes[1])
    await page.locator("#second button[type=submit]").click()
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
