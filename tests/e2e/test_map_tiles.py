"""Tiles of the deployer's own lie behind the map, in their coordinates; no other host is asked."""

import base64
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.watching import Watch
from tests.integration.local.running import RunningSystem, up

pytestmark = pytest.mark.timeout(300)

PATIENCE_MS = 60_000
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
# A known place in both: Pudong's runways, moved some 470 m to the south-east in GCJ-02.
MOVED = """() => {
  const { map } = document.querySelector("live-map");
  const zoom = 15, place = L.latLng(31.1434, 121.8052);
  const drawn = map.project(place, zoom), plain = L.CRS.EPSG3857.latLngToPoint(place, zoom);
  const [lon, lat] = gcoord.transform([place.lng, place.lat], gcoord.WGS84, gcoord.GCJ02);
  const wanted = L.CRS.EPSG3857.latLngToPoint(L.latLng(lat, lon), zoom);
  const back = map.unproject(drawn, zoom);
  return { off: drawn.distanceTo(wanted), moved: drawn.distanceTo(plain),
           back: place.distanceTo(back), abroad: map.project(L.latLng(50, 8), zoom)
             .distanceTo(L.CRS.EPSG3857.latLngToPoint(L.latLng(50, 8), zoom)) };
}"""
ASK_ELSEWHERE = """(address) => new Promise((resolve) => {
  addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective));
  const shown = () => resolve("shown");
  document.body.append(Object.assign(new Image(), { src: address, onload: shown }));
})"""


class _Tiles(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]  # ours, see below
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.send_header("Content-Length", str(len(DOT)))
        self.end_headers()
        self.wfile.write(DOT)

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


class TileServer(ThreadingHTTPServer):
    """Answers every address with one picture, and remembers what was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Tiles)
        self.asked: list[str] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@pytest.fixture
def tiles() -> Iterator[TileServer]:
    with TileServer() as server:
        yield server
        server.shutdown()


@pytest.fixture
def mapped(tmp_path_factory: pytest.TempPathFactory, tiles: TileServer) -> Iterator[RunningSystem]:
    settings = {
        "COLDLANE_MAP_TILES_URL": f"{tiles.address}/gcj/{{z}}/{{x}}/{{y}}.png",
        "COLDLANE_MAP_TILES_ATTRIBUTION": "© 测绘 <b>2026</b>",
        "COLDLANE_MAP_TILES_COORDINATES": "gcj02",
    }
    system = up(tmp_path_factory.mktemp("mapped") / "data", settings=settings)
    yield system.await_ready()
    system.end()


def policy_of(url: str) -> str:
    """What browsers are told that pages may fetch."""
    answer = httpx.get(f"{url}/live", trust_env=False, timeout=60)
    return str(answer.headers["content-security-policy"])


async def asked_elsewhere(browser: Browser, url: str, address: str) -> str:
    """What becomes of a picture from there, on a page whose violations nobody counts."""
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(f"{url}/live?lang=en")
    found = str(await page.evaluate(ASK_ELSEWHERE, address))
    await context.close()
    return found


async def map_stands(page: Page) -> None:
    await expect(page.locator(".leaflet-container")).to_be_visible(timeout=PATIENCE_MS)


async def test_tiles_are_drawn_in_their_coordinates_and_only_their_host_is_asked(
    mapped: RunningSystem, browser: Browser, watch: Watch, tiles: TileServer
) -> None:
    url = str(mapped.run["page_url"])
    policy = policy_of(url)
    assert f"img-src 'self' data: blob: {tiles.address};" in policy
    assert policy.count(tiles.address) == 1
    page = await watch.open(browser)
    for language, coast in (("en", "Coast"), ("zh", "海岸线")):
        await page.goto(f"{url}/live?lang={language}")
        await map_stands(page)
        await expect(page.locator(".leaflet-tile-loaded").first).to_be_attached(timeout=PATIENCE_MS)
        source = page.locator(".map-source")
        await expect(source).to_contain_text(coast)
        await expect(source).to_contain_text("© 测绘 <b>2026</b>")
    assert all(path.startswith("/gcj/") for path in tiles.asked)
    found = await page.evaluate(MOVED)
    assert found["off"] < 0.01, "drawn where the tiles have it"
    assert 50 < found["moved"] < 300, "some hundred metres from where WGS-84 would be"
    assert found["back"] < 0.01, "what is pointed at is WGS-84 again, to the centimetre"
    assert found["abroad"] < 0.01, "abroad both agree"
    with TileServer() as other:
        assert await asked_elsewhere(browser, url, f"{other.address}/1.png") == "img-src"
        assert other.asked == []
        other.shutdown()


async def test_without_the_setting_no_other_host_is_asked(
    system: RunningSystem, url: str, browser: Browser, watch: Watch, tiles: TileServer
) -> None:
    page = await watch.open(browser)
    await page.goto(f"{url}/live?lang=en")
    await map_stands(page)
    assert await page.evaluate("window.gcoord") is None
    assert await page.locator(".leaflet-tile").count() == 0
    assert await asked_elsewhere(browser, url, f"{tiles.address}/1.png") == "img-src"
    assert tiles.asked == []
