"""What the other stories rely on: a page that asks another host is found out."""

from playwright.async_api import Browser

from tests.e2e.watching import Watch

ELSEWHERE = "http://elsewhere.example/pixel.png"


async def test_a_request_to_another_host_reaches_nobody_and_is_noted(browser: Browser) -> None:
    watch = Watch()
    page = await watch.open(browser)
    async with page.expect_event("requestfailed") as failed:
        await page.set_content(f'<img src="{ELSEWHERE}"><img src="http://192.0.2.1/pixel.png">')
    request = await failed.value
    assert request.failure == "net::ERR_NAME_NOT_RESOLVED"
    await page.wait_for_load_state()
    assert sorted(watch.foreign) == ["http://192.0.2.1/pixel.png", ELSEWHERE]
