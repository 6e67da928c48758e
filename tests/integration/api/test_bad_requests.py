"""Requests that are bad as requests: cases 134, 135, 147 and 150 of the bad inputs."""

import httpx
import pytest

from tests.support.api import box, made

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"
PART = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n'


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (FORM, b"&".join(b"a%d=1" % n for n in range(100_000))),
        (FORM, b"&" * 1_000_000),
        (MULTIPART, b"x" * 900_000 + b"\r\n" + PART),
        (MULTIPART, b"--x\r\nContent-Disposition: " + b"a" * 900_000 + b"\r\n\r\n"),
        (MULTIPART, b"--x\r\n" + b"A: b\r\n" * 100_000 + b"\r\n"),
    ],
    ids=["fields", "a million empty fields", "preamble", "long header", "many headers"],
)
async def test_case_134_forms_are_refused_without_being_read_apart(
    still: httpx.AsyncClient, kind: str, body: bytes
) -> None:
    answer = await still.post("/boxes", content=body, headers={"content-type": kind})
    assert answer.status_code in {400, 413, 415, 422}
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "host",
    [
        "",
        "localhost:80:80",
        "user@localhost",
        "localhost/api/v1/boxes",
        "localhost?x",
        "localhost#x",
        "[::1",
        "127.0.0.1.evil.example",
        "evil.example#@localhost",
        "local host",
        "x" * 5000,
    ],
    ids=lambda host: host[:24] or "none",
)
async def test_case_135_host_that_is_none_opens_nothing(
    still: httpx.AsyncClient, host: str
) -> None:
    answer = await still.post("/boxes", json=box("CB-0135"), headers={"host": host})
    assert answer.status_code in {400, 401, 403}
    assert (await still.get("/boxes/CB-0135")).status_code == 404


@pytest.mark.parametrize("name", ["key", "api_key", "token", "access_token", "authorization"])
async def test_case_147_key_in_the_address_opens_nothing(
    client: httpx.AsyncClient, name: str
) -> None:
    firm = {"organisation_id": "qa", "name": "QA", "country": "CN", "kind": "platform"}
    await made(client, "/organisations", firm)
    wish = {"organisation": "qa", "role": "operator", "name": "Poller"}
    key = (await made(client, "/keys", wish))["key"]
    far = {"x-forwarded-for": "10.1.2.3"}
    answer = await client.get("/boxes", params={name: key}, headers=far)
    assert answer.status_code == 401
    assert key not in answer.text
    near = await client.get("/boxes", params={name: key})
    assert near.status_code == 400
    assert key not in near.text


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "PROPFIND", "post"])
async def test_case_150_asking_about_a_change_makes_none(
    still: httpx.AsyncClient, method: str
) -> None:
    sent = still.build_request("POST", "/boxes", json=box("CB-0150"))
    request = httpx.Request(
        method, sent.url, headers={"content-type": "application/json"}, content=sent.content
    )
    request.method = method
    answer = await still.send(request)
    assert answer.status_code in {400, 405}
    assert "access-control-allow-origin" not in answer.headers
    assert (await still.get("/boxes/CB-0150")).status_code == 404
