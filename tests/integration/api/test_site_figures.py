"""Figures of a site over HTTP, as objects and as a table that no spreadsheet runs."""

import csv
import io

import httpx

from services.core.storage.database import Database
from tests.integration.api.inspecting import begun, decided, gone_through
from tests.support.api import Judged, judge, made, rows, shipped, site


async def test_a_day_in_figures_and_as_a_table_without_a_name_or_a_formula(
    client: httpx.AsyncClient, database: Database
) -> None:
    await made(client, "/sites", site("-PVG"))
    created = await shipped(client, shipper="=cmd|Firm", site_id="-PVG")
    await judge(database, created, Judged(latest_start_h=-1))
    await rows(
        database,
        "UPDATE leg SET to_code = '-PVG', actual_arrival = planned_departure RETURNING 1",
    )
    seen = await gone_through(client, await begun(client, created))
    await decided(client, seen)
    answer = await client.get("/sites/-PVG/figures?from=2026-11-22&to=2026-11-22")
    assert answer.status_code == 200, answer.text
    [day] = answer.json()["days"]
    assert (day["arrivals"], day["inspections"], day["cleared"]) == (1, 1, 1)
    assert day["arrival_to_clearance_median_s"] == 2 * 3600
    assert (day["begun_too_late"], day["slack_at_clearance_least_s"]) == (1, -1800)
    assert (day["applicants"], day["waiting_gini"]) == (1, None)
    table = await client.get("/sites/-PVG/figures.csv?from=2026-11-21&to=2026-11-22")
    assert table.headers["content-type"].startswith("text/csv")
    lines = list(csv.DictReader(io.StringIO(table.text)))
    assert [(one["day"], one["cleared"]) for one in lines] == [
        ("2026-11-21", "0"),
        ("2026-11-22", "1"),
    ]
    assert lines[0]["site_id"] == "'-PVG"
    assert "Firm" not in answer.text + table.text
    taken = "SELECT entity_id, after FROM audit_entry WHERE action = 'export'"
    assert [tuple(one) for one in await rows(database, taken)] == [
        ("-PVG", {"days": ["2026-11-21", "2026-11-22"]})
    ], "what is taken out is an entry"


async def test_a_stretch_that_is_none_or_too_long_is_refused(at_site: httpx.AsyncClient) -> None:
    for query in ("from=2026-11-22&to=2026-11-21", "from=2026-01-01&to=2026-11-21", "from=x"):
        assert (await at_site.get(f"/sites/PVG/figures?{query}")).status_code == 422
    assert len((await at_site.get("/sites/PVG/figures")).json()["days"]) == 7
    assert (await at_site.get("/sites/XXX/figures")).status_code == 404
