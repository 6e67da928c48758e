"""Static files: kept in memory under the build's address, compressed for who takes it."""

import gzip
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from services.api.packedfiles import PackedFiles, without_comments

SCRIPT = "export const words = 'the same words';\n" * 40


@pytest.fixture
def client(tmp_path: Path) -> httpx.AsyncClient:
    (tmp_path / "static/js").mkdir(parents=True)
    (tmp_path / "static/js/one.js").write_text(SCRIPT)
    (tmp_path / "static/css").mkdir()
    (tmp_path / "static/css/a.css").write_text("a {}\n")
    (tmp_path / "static/css/b.css").write_text("b {}\n")
    (tmp_path / "static/face.woff2").write_bytes(b"\x00\x01")
    (tmp_path / "secret.txt").write_text("not for browsers")
    app = Starlette()
    folder, sheets = tmp_path / "static", {"sheets/css~b+css~a.css"}
    app.add_middleware(PackedFiles, prefix="/static/b1", folder=folder, sheets=sheets)
    transport = httpx.ASGITransport(app=app)
    return httpx.AsyncClient(transport=transport, base_url="http://localhost")


async def test_a_script_is_compressed_and_never_asked_for_twice(client: httpx.AsyncClient) -> None:
    async with client, client.stream("GET", "/static/b1/js/one.js") as answer:
        packed = b"".join([part async for part in answer.aiter_raw()])
    assert gzip.decompress(packed).decode() == SCRIPT
    assert len(packed) * 2 < len(SCRIPT)
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["content-length"] == str(len(packed))


async def test_who_takes_no_gzip_gets_the_file_as_it_is(client: httpx.AsyncClient) -> None:
    headers = {"accept-encoding": "identity"}
    async with client:
        answer = await client.get("/static/b1/js/one.js", headers=headers)
        face = await client.get("/static/b1/face.woff2")
    assert answer.text == SCRIPT
    assert "content-encoding" not in answer.headers
    assert (face.content, face.headers["content-type"]) == (b"\x00\x01", "font/woff2")
    assert "content-encoding" not in face.headers


async def test_style_sheets_come_as_one_as_a_page_joins_them_and_in_no_other_order(
    client: httpx.AsyncClient,
) -> None:
    async with client:
        answer = await client.get("/static/b1/sheets/css~b+css~a.css")
        assert (answer.text, answer.headers["content-type"]) == (
            "b {}\na {}\n",
            "text/css; charset=utf-8",
        )
        for unknown in (
            "css~a+css~b",
            "css~a",
            "css~a+css~c",
            "css~a+css~a",
            "..~secret",
            "css~a+",
        ):
            assert (await client.get(f"/static/b1/sheets/{unknown}.css")).status_code == 404


async def test_the_head_of_a_file_has_no_body(client: httpx.AsyncClient) -> None:
    async with client:
        answer = await client.head("/static/b1/js/one.js")
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize(
    "path",
    ["/static/b0/js/one.js", "/static/b1/js/two.js", "/static/b1/../secret.txt", "/static/b1/js"],
)
async def test_nothing_else_is_there(client: httpx.AsyncClient, path: str) -> None:
    async with client:
        assert (await client.get(path)).status_code == 404


async def test_a_file_is_not_written_to(client: httpx.AsyncClient) -> None:
    async with client:
        assert (await client.post("/static/b1/js/one.js")).status_code == 404


def test_comments_stay_with_the_source_and_each_line_keeps_its_number() -> None:
    asked = b'ask("http://a//b"); // here\n/*! ours */ go();\n'
    source = b"// why\n/** @param {string} url\n * more */\n" + asked
    assert without_comments(source) == b"\n\n\n" + asked
