"""Bad bodies, identifiers, headers and queries: a 4xx that says why, never a 5xx, never an echo."""

import json
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI

from services.api.app import create_app
from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from tests.support.api import NOW, at, box, seen, shipped

JSON = {"content-type": "application/json"}
MARK = "leaked-marker"
AN_ID = UUID("019aa3c4-7d1e-7c3a-9d2b-5f0c6f1f2a11")  # the same in every process


async def _post(client: httpx.AsyncClient, body: str | bytes, **headers: str) -> httpx.Response:
    return await client.post("/boxes", content=body, headers=JSON | headers)


@pytest.mark.parametrize(
    "body",
    [
        '{"box_id": "CB-0001", "report_interval_s": NaN}',
        '{"box_id": "CB-0001", "report_interval_s": Infinity}',
        '{"box_id": "CB-0001", "report_interval_s": -Infinity}',
        '{"box_id": "CB-0001", "report_interval_s": 1e400}',
        '{"box_id": "CB-0001", "report_interval_s": 99999999999999999999}',
        '{"box_id": "CB-0001", "model": "\\ud800"}',
        '{"box_id": "CB-0001", "model": "a\\u0000b"}',
        '{"box_id": "CB-0001", "model": "a\\u202eb"}',
        '{"box_id": "CB-0001", "model": ""}',
        '{"box_id": "CB-0001", "model": "' + "x" * 101 + '"}',
        '{"box_id": null}',
        "{}",
        "[]",
        "null",
        '"x"',
        "1",
        "",
        "{",
        '{"box_id": "CB-0001"} {}',
        "[" * 100_000,
        "9" * 5000,
        "\ufeff{}",
    ],
    ids=lambda body: body[-40:][:30],
)
async def test_a_body_that_cannot_be_meant_is_refused(still: httpx.AsyncClient, body: str) -> None:
    answer = await _post(still, body)
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"
    assert json.loads(answer.content)["status"] == answer.status_code


@pytest.mark.parametrize(
    "body", [b"\xff\xfe{\x00}\x00", b'{"box_id": "\xc3\x28"}', b"\x1f\x8b\x08"]
)
async def test_bytes_that_are_no_text_are_refused(still: httpx.AsyncClient, body: bytes) -> None:
    assert (await _post(still, body)).status_code in {400, 422}


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""],
)
async def test_a_body_must_say_that_it_is_json(still: httpx.AsyncClient, content_type: str) -> None:
    headers = {"content-type": content_type} if content_type else {}
    answer = await still.post("/boxes", content=json.dumps(box()), headers=headers)
    assert answer.status_code == 422


async def test_what_was_sent_is_never_sent_back(still: httpx.AsyncClient) -> None:
    body = {"box_id": MARK, "model": MARK + "\x00", "kind": MARK, "secret": MARK}
    answer = await still.post("/boxes", json=body)
    assert answer.status_code == 422
    assert MARK not in answer.text


async def test_a_body_over_a_mebibyte_is_refused(still: httpx.AsyncClient) -> None:
    answer = await _post(still, b'{"box_id": "' + b"A" * 1024 * 1024 + b'"}')
    assert (answer.status_code, answer.json()["title"]) == (413, "Content too large")


@pytest.mark.parametrize(
    "identifier",
    [
        "1",
        "{" + str(AN_ID) + "}",
        f"urn:uuid:{AN_ID}",
        str(AN_ID).upper(),
        AN_ID.hex,
        "..%2f..",
        "%00",
        "a" * 4096,
        "' OR 1=1 --",
    ],
)
async def test_an_identifier_is_written_in_one_way(
    still: httpx.AsyncClient, identifier: str
) -> None:
    for path in ("/shipments/", "/appointments/", "/alarms/"):
        answer = await still.get(path + identifier)
        assert answer.status_code in {404, 422}


async def test_an_unknown_identifier_is_not_found(still: httpx.AsyncClient) -> None:
    for identifier in (uuid4(), "00000000-0000-0000-0000-000000000000"):
        for path in ("/shipments/", "/appointments/", "/alarms/"):
            assert (await still.get(f"{path}{identifier}")).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "-1"},
        {"limit": "1000000000"},
        {"limit": "ten"},
        {"cursor": "x"},
        {"cursor": "bnVsbA"},
        {"cursor": "WyIxIl0"},
        {"cursor": "WyJpbmZpbml0eSIsIngiXQ"},
        {"cursor": "x" * 300},
        {"sort": "created_by"},
        {"offset": "3"},
        {"state": "' OR 1=1"},
    ],
    ids=str,
)
async def test_a_query_that_cannot_be_meant_is_refused(
    still: httpx.AsyncClient, query: dict[str, str]
) -> None:
    assert (await still.get("/shipments", params=query)).status_code in {400, 422}


@pytest.mark.parametrize("path", ["/boxes", "/alarms", "/appointments", "/rejected"])
async def test_a_cursor_of_another_list_is_refused(still: httpx.AsyncClient, path: str) -> None:
    for cursor in ("WyIyMDI2Il0x", "W10", "WyJhIiwiYiIsImMiXQ", "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5XQ"):
        answer = await still.get(path, params={"cursor": cursor})
        assert answer.status_code == 400


@pytest.mark.parametrize(
    "field", ["id", "state", "revision", "created_at", "condition", "qa_hold", "simulated", "rank"]
)
async def test_what_the_house_decides_cannot_be_set(at_site: httpx.AsyncClient, field: str) -> None:
    created = await shipped(at_site)
    path = f"/shipments/{created['id']}"
    answer = await at_site.patch(path, json={field: created.get(field)}, headers={"if-match": "*"})
    assert answer.status_code == 422


async def test_a_query_with_a_value_that_is_no_text_is_refused(still: httpx.AsyncClient) -> None:
    for path, name in (
        ("/memberships?firm=%00", "firm"),
        ("/papers?holder=a%00b", "holder"),
        ("/shipments?q=%00", "q"),
        ("/boxes?q=CB%00", "q"),
        ("/audit?entity=%00", "entity"),
        ("/shipments?state=packed&cursor=%00", "cursor"),
        ("/boxes?unknown=%00", "query"),
    ):
        answer = await still.get(path)
        assert answer.status_code == 400, path
        assert answer.json()["errors"][0]["pointer"] == name


async def test_a_bay_with_a_name_that_is_no_text_does_not_exist(still: httpx.AsyncClient) -> None:
    for act, body in (("fitness", {"fit": False, "reason": "cold"}), ("times", {"setup_min": 5})):
        for name in ("%00", "%20", "a" * 65):
            answer = await still.post(f"/sites/PVG/bays/{name}/{act}", json=body)
            assert answer.status_code in {404, 422}, (name, act)


@pytest.mark.parametrize("reason", ["", "   ", "x" * 1001, "a\u202eb", "a\x00b", None, 1])
async def test_a_reason_is_a_sentence_that_can_be_read(
    at_site: httpx.AsyncClient, reason: Any
) -> None:
    answer = await at_site.post(f"/appointments/{uuid4()}/cancel", json={"reason": reason})
    assert answer.json()["errors"][0]["pointer"] == "#/reason"


async def test_markup_in_a_reason_is_kept_as_text(at_site: httpx.AsyncClient) -> None:
    created = await shipped(at_site)
    wish = {"shipment_id": created["id"], "bay_id": "PVG-C1", "start": at(2)}
    booked = (await at_site.post("/appointments", json=wish)).json()
    reason = "<script>alert(1)</script>; DROP TABLE box"
    answer = await at_site.post(
        f"/appointments/{booked['id']}/cancel", json={"reason": reason}, headers=seen(booked)
    )
    assert answer.json()["cancel_reason"] == reason


@pytest.mark.parametrize("tag", ['"0.0.0"', "*", "nonsense", '""', 'W/"1"', '"' + "9" * 400 + '"'])
async def test_a_tag_that_was_never_given_does_not_match(
    at_site: httpx.AsyncClient, tag: str
) -> None:
    created = await shipped(at_site)
    path = f"/shipments/{created['id']}"
    answer = await at_site.patch(path, json={"product": "x"}, headers={"if-match": tag})
    assert answer.status_code == 412


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
async def test_a_method_that_a_route_does_not_have_is_refused(
    still: httpx.AsyncClient, method: str
) -> None:
    answer = await still.request(method, "/boxes", headers={"x-http-method-override": "POST"})
    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"host": "localhost.evil.example"},
        {"host": "[::1"},
        {"x-forwarded-for": "127.0.0.1"},
        {"forwarded": "for=127.0.0.1"},
        {"x-real-ip": "127.0.0.1"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
    ],
    ids=str,
)
async def test_only_a_person_at_this_machine_is_the_local_operator(
    still: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    answer = await still.post("/boxes", json=box(), headers=headers)
    assert answer.status_code in {401, 403}
    assert (await still.get("/boxes/CB-0001")).status_code == 404


@pytest.mark.parametrize("address", ["10.0.0.7", "192.168.1.2", "testclient"])
async def test_another_machine_is_refused(app: FastAPI, address: str) -> None:
    transport = httpx.ASGITransport(app=app, client=(address, 50_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as other:
        for path in ("/api/v1/shipments", "/api/v1/stream"):
            assert (await other.get(path)).status_code == 401
        assert (await other.get("/livez")).status_code == 200


@pytest.mark.parametrize(
    ("body", "pointer", "words"),
    [
        ('{"box_id": "cb 7"}', "#/box_id", "use 4 to 32 of A-Z, 0-9 and -"),
        ('{"box_id": ', "#", "the body is not JSON"),
        ('"CB-0007"', "#", "the body must be a JSON object, sent as application/json"),
    ],
)
async def test_refusals_speak_to_people(
    still: httpx.AsyncClient, body: str, pointer: str, words: str
) -> None:
    (part,) = (await _post(still, body)).json()["errors"]
    assert (part["pointer"], part["detail"]) == (pointer, words)


async def test_a_fault_of_ours_is_a_problem_too(database: Database) -> None:
    app = create_app(FixedClock(NOW), database)

    @app.get("/api/v1/defect")
    async def defect() -> None:
        raise RuntimeError(MARK)

    transport = httpx.ASGITransport(app, client=("127.0.0.1", 1), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        answer = await client.get("/api/v1/defect")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert MARK not in answer.text
