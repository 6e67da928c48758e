"""The list of shipments as a table: what the page lists, as whoever asks may take it out."""

import csv
import io
from datetime import timedelta

import httpx

from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from tests.integration.api.leaving import SECRET, Headers, bearer
from tests.support.api import made, rows, shipped
from tests.support.firms import key_of


def _lines(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.text)))


async def test_the_table_holds_what_the_same_filters_list_and_is_an_entry(
    at_site: httpx.AsyncClient, database: Database, clock: FixedClock
) -> None:
    first = await shipped(at_site, shipper="=cmd|Firm")
    clock.advance(timedelta(minutes=1))
    await shipped(at_site, 2, shipper="＝cmd|Firm")
    lines = _lines(await at_site.get("/shipments.csv"))
    assert [one["reference"] for one in lines] == ["CT-0002", "CT-0001"]
    assert (lines[1]["shipper"], lines[1]["site_id"]) == ("'=cmd|Firm", "PVG")
    assert lines[0]["shipper"] == "'＝cmd|Firm", "the wide sign begins a formula, too"
    assert lines[1]["created_at"] == first["created_at"]
    found = _lines(await at_site.get("/shipments.csv", params={"q": "ct-0002", "sort": "slack"}))
    assert [one["reference"] for one in found] == ["CT-0002"]
    assert _lines(await at_site.get("/shipments.csv", params={"state": "closed"})) == []
    taken = "SELECT entity, after FROM audit_entry WHERE action = 'export' ORDER BY id"
    assert [tuple(one) for one in await rows(database, taken)] == [
        ("shipments", {"state": None, "sought": False, "rows": 2}),
        ("shipments", {"state": None, "sought": True, "rows": 1}),
        ("shipments", {"state": "closed", "sought": False, "rows": 0}),
    ], "what is taken out is an entry"


async def test_those_chosen_alone_are_taken_out_in_any_state(
    at_site: httpx.AsyncClient, database: Database, clock: FixedClock
) -> None:
    chosen = []
    for number in (1, 2, 3):
        clock.advance(timedelta(minutes=1))
        chosen.append((await shipped(at_site, number))["id"])
    asked = {"id": [chosen[0], chosen[2]], "state": "closed"}
    lines = _lines(await at_site.get("/shipments.csv", params=asked))
    assert [one["reference"] for one in lines] == ["CT-0003", "CT-0001"]
    (noted,) = await rows(database, "SELECT after FROM audit_entry WHERE action = 'export'")
    assert noted.after["chosen"] is True
    many = await at_site.get("/shipments.csv", params={"id": [chosen[0]] * 151})
    assert many.status_code == 422


async def test_a_state_that_does_not_exist_is_refused(at_site: httpx.AsyncClient) -> None:
    assert (await at_site.get("/shipments.csv", params={"state": "lost"})).status_code == 400


async def test_nobody_takes_out_what_the_page_does_not_show_them(
    at_site: httpx.AsyncClient, abroad: Headers
) -> None:
    lines = _lines(await at_site.get("/shipments.csv", headers=bearer(abroad)))
    assert [one["last_temp_c"] for one in lines] == ["4.5"]
    assert not any(secret in str(lines) for secret in SECRET)
    body = {"organisation_id": "other", "name": "Other", "country": "CN", "kind": "sponsor"}
    await made(at_site, "/organisations", body)
    other = await key_of(at_site, "other", "operator")
    assert _lines(await at_site.get("/shipments.csv", headers=other)) == []
