"""The page of alarms and the change of shift: found, taken by a key, handed over by name."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from playwright.async_api import Browser, Locator, Page, Route, expect

from tests.e2e.box import PublishingBox
from tests.e2e.entering import enter_quickly, post
from tests.e2e.watching import Watch, look_out_for, next_second, was_seen
from tests.e2e.wording import words
from tests.integration.local.running import RunningSystem

pytestmark = pytest.mark.timeout(300)

PATIENCE_MS = 60_000
STORIES = [
    ("en", "CT-00900", "CB-0900", "courier waits at gate 3"),
    ("zh", "CT-00902", "CB-0902", "押运员在 3 号门等候"),
]
LISTEN = """() => {
  let last = null;
  addEventListener("alarmsound", ({ detail }) => {
    if (detail !== 1) return;
    if (last !== null && performance.now() - last > 29_000) document.body.dataset.repeated = "yes";
    last = performance.now();
  });
}"""


# What stands on a taken alarm for customs and carriers, who are not told the names of people.
UNNAMED = """async () => {
  const script = document.querySelector("script[type=module][src*='/js/']").src;
  const from = (name) => import(script.replace(/[^/]+$/, name));
  const [{store}, {ownerWords}] = await Promise.all([from("store.js"), from("alarm-words.js")]);
  const alarm = [...store.alarms.values()].find(({acknowledged}) => acknowledged);
  const acknowledged = {...alarm.acknowledged, by: null};
  return ownerWords({...alarm, acknowledged}, Date.now(), "UTC");
}"""


async def hear_it_twice(page: Page) -> None:
    """A P1 alarm that nobody takes sounds again after half a minute."""
    await page.evaluate(LISTEN)
    await page.locator(".more").click()
    await page.locator("[data-part=sound]").click()
    await page.keyboard.press("Escape")
    await expect(page.locator("body")).to_have_attribute(
        "data-repeated", "yes", timeout=2 * PATIENCE_MS
    )


def let_in(url: str, person: str, name: str) -> None:
    """Somebody who may acknowledge has come in by their link."""
    house = {"organisation_id": "alarm-house", "name": "Alarm House", "country": "CN"}
    post(url, "/organisations", {**house, "kind": "platform"})
    body = {"person_id": person, "name": name, "organisation": "alarm-house"}
    link = post(url, "/people", {**body, "roles": ["operator"]})["link"]
    proof = {"token": link.partition("#link=")[2], "password": "an ice box full of kettles"}
    answer = httpx.post(
        f"{url}/api/v1/sign-in/link",
        json=proof,
        headers={"origin": url},
        trust_env=False,
        timeout=60,
    )
    assert answer.status_code == 200, answer.text


async def take_it_over(page: Page, url: str, language: str, reference: str, promise: str) -> None:
    """A note is left, the alarms lie there, and the shift is taken over by name."""
    await page.goto(f"{url}/handover?lang={language}")
    await page.locator("[name=words]").fill(promise)
    await page.get_by_role("button", name=words(language, "handover.add")).click()
    note = page.locator(".shift-notes li", has_text=promise)
    await expect(note).to_contain_text("Local operator", timeout=PATIENCE_MS)
    await expect(page.locator("[data-bay=taken] .alarm-row", has_text=reference)).to_be_visible(
        timeout=PATIENCE_MS
    )
    await page.get_by_role("button", name=words(language, "handover.take")).click()
    taking = page.locator(".takings li").first
    await expect(taking).to_contain_text("Local operator", timeout=PATIENCE_MS)
    await expect(taking).to_contain_text(words(language, "handover.lay"))
    await note.get_by_role("button", name=words(language, "handover.done")).click()
    await expect(note).to_have_count(0, timeout=PATIENCE_MS)


async def give_it(page: Page, url: str, language: str, row: Locator, box_id: str) -> None:
    """Given to somebody it is theirs, and nobody has taken it yet."""
    name = f"Gu Ming {box_id}"
    await asyncio.to_thread(let_in, url, box_id.lower(), name)
    await row.focus()
    await page.keyboard.press("o")
    asked = page.locator("dialog.ask")
    await asked.locator("#ask-to").select_option(label=name)
    await asked.locator("#ask-reason").fill("knows the courier")
    await asked.locator("[type=submit]").click()
    await expect(asked).to_have_count(0, timeout=PATIENCE_MS)
    await expect(row.locator(".tag.for")).to_have_text(words(language, "alarm.for", name=name))
    await expect(row).to_contain_text("knows the courier")
    await page.locator("#f-whose").select_option("mine")
    await expect(page.locator(".state")).to_contain_text(words(language, "alarms.no_match"))
    await page.locator("#f-whose").select_option("")
    other = await page.context.new_page()
    await other.goto(f"{url}/handover?lang={language}")
    counted = words(language, "handover.owner", name=name, n=1)
    await expect(other.locator("#owners")).to_have_text(counted, timeout=PATIENCE_MS)
    await other.close()


@pytest.mark.parametrize(("language", "reference", "box_id", "promise"), STORIES)
async def test_an_alarm_is_taken_by_a_key_and_the_shift_taken_over(
    system: RunningSystem,
    url: str,
    browser: Browser,
    watch: Watch,
    language: str,
    reference: str,
    box_id: str,
    promise: str,
) -> None:
    registered = enter_quickly(url, reference, box_id)
    box = PublishingBox(system.run["mqtt_url"], registered["topics"]["telemetry"])
    box.publish([-185.0] * 60 + [-140.0] * 10, every=timedelta(minutes=2))
    box.close()
    page = await watch.open(browser)
    await page.goto(f"{url}/alarms?lang={language}&q={reference}&priority=1")
    untaken = page.locator("[data-bay=untaken] .alarm-row")
    await expect(untaken.first).to_contain_text(reference, timeout=PATIENCE_MS)
    if language == "en":  # A sound has no language, and takes half a minute.
        await hear_it_twice(page)
    await give_it(page, url, language, untaken.first, box_id)
    count = await untaken.count()
    await page.locator("h1").click()
    await page.keyboard.press("j")
    await expect(untaken.first).to_be_focused()
    # Taken, it keeps its place while somebody is there, and leads nowhere any more.
    await untaken.first.hover()
    gone = "[data-bay=untaken] .alarm-row.gone:has(.choose:disabled)"
    await look_out_for(page, f"{gone} button:disabled")
    await page.keyboard.press("a")
    await was_seen(page)
    await page.locator("h1").hover()
    taken = page.locator("[data-bay=taken] .alarm-row")
    await expect(taken).to_have_count(1, timeout=PATIENCE_MS)
    await expect(untaken).to_have_count(count - 1, timeout=PATIENCE_MS)
    why = taken.get_by_role("button", name=words(language, "live.give_reason"))
    await why.click()
    asked = page.locator(".note.asks")
    await expect(asked.locator("input")).to_be_focused()
    await expect(asked).to_contain_text(f"P1 {reference}")
    await page.keyboard.type("courier refills now")
    await page.keyboard.press("Enter")
    await expect(taken).to_contain_text("courier refills now", timeout=PATIENCE_MS)
    await expect(why).to_have_count(0)
    unnamed = await page.evaluate(UNNAMED)
    assert words(language, "alarm.somebody").search(unnamed)
    assert "{" not in unnamed
    await page.locator("#f-show").select_option("shelved")
    await expect(page.locator(".state")).to_contain_text(words(language, "alarms.no_match"))
    chip = page.locator(".filter-chips .chip").first
    await chip.focus()
    await next_second(page)
    await expect(chip).to_be_focused()
    await take_it_over(page, url, language, reference, promise)


async def give_what_was_given_meanwhile(page: Page, url: str, row: Locator) -> None:
    """Somebody else was faster: once the page knows, the same question goes through."""
    await page.locator("#bulk [data-bulk=assign]").click()
    asked = page.locator("dialog.ask")
    await asked.locator("#ask-to").select_option("local-operator")
    path = f"{url}/api/v1/alarms/{await row.get_attribute('data-id')}/assign"
    given = await page.request.post(path, data={"to": "local-operator"})
    assert given.status == 200, await given.text()
    await expect(row.locator(".tag.for")).to_have_count(1, timeout=PATIENCE_MS)
    await asked.locator("[type=submit]").click()
    await expect(asked.locator(".failed")).to_be_visible(timeout=PATIENCE_MS)
    await asked.locator("[type=submit]").click()
    await expect(asked).to_have_count(0, timeout=PATIENCE_MS)


async def lose_the_second(page: Page) -> list[str]:
    """From now on alarms are taken, but the answer to the second is lost; where they went."""
    sent: list[str] = []

    async def pass_on(route: Route) -> None:
        sent.append(route.request.url)
        if len(sent) != 2:
            return await route.fallback()
        await route.fetch()
        return await route.abort()

    await page.route("**/acknowledge", pass_on)
    return sent


async def test_several_alarms_are_taken_at_once_with_one_reason(
    system: RunningSystem, url: str, browser: Browser, watch: Watch
) -> None:
    registered = enter_quickly(url, "CT-00901", "CB-0901")
    box = PublishingBox(system.run["mqtt_url"], registered["topics"]["telemetry"])
    box.publish([-185.0] * 60 + [-140.0] * 10, every=timedelta(minutes=2))
    box.close()
    page = await watch.open(browser)
    await page.goto(f"{url}/alarms?lang=zh&q=CT-00901")
    untaken = page.locator("[data-bay=untaken] .alarm-row")
    await expect(untaken.first).to_contain_text("P1", timeout=PATIENCE_MS)
    frequent = page.locator("#alarm-load .most")
    await expect(page.locator("#alarm-load .hour-bars")).to_be_visible(timeout=PATIENCE_MS)
    await expect(frequent.locator("li")).not_to_have_count(0)
    await untaken.first.focus()
    await page.keyboard.press("x")
    chosen = page.locator("#bulk [data-part=chosen]")
    await expect(chosen).to_have_text("已选 1 条")
    await untaken.first.locator(".choose").focus()
    await page.keyboard.press("k")
    await expect(untaken.first).to_be_focused()
    await give_what_was_given_meanwhile(page, url, untaken.first)
    await page.locator("#bulk input").check()
    count = int((await chosen.text_content() or "").split()[1])
    await page.get_by_role("button", name="确认所选").press("Enter")
    asked = page.locator("dialog.ask")
    await asked.locator("[type=submit]").click()
    await expect(asked.locator("#ask-reason-error")).not_to_be_empty()
    await asked.locator("#ask-reason").fill("押运员正在补液氮")
    sent = await lose_the_second(page)
    await asked.locator("[type=submit]").click()
    await expect(asked.locator(".failed")).to_be_visible(timeout=PATIENCE_MS)
    await expect(chosen).to_have_text(f"已选 {count - 1} 条")
    await asked.locator("[type=submit]").click()
    await expect(asked).to_have_count(0, timeout=PATIENCE_MS)
    await expect(untaken).to_have_count(0, timeout=PATIENCE_MS)
    taken = page.locator("[data-bay=taken] .alarm-row", has_text="押运员正在补液氮").first
    await expect(taken).to_be_visible(timeout=PATIENCE_MS)
    assert sent[1:2] == sent[2:3], "what was lost is sent again"
    assert len(set(sent)) == len(sent) - 1, "what was done is not"
    alarm_id = await taken.get_attribute("data-id")
    answer = await page.request.get(f"{url}/api/v1/alarms/{alarm_id}/transitions")
    (step,) = [one for one in (await answer.json())["items"] if one["move"] == "taken"]
    assert (step["screen"], step["state_seen"]) == ("alarms", "UNACKNOWLEDGED")
