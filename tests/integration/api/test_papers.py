"""The ledger of papers and the one place that says what a release still needs."""

import asyncio
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.core.domain.errors import Conflict
from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from services.core.storage.papers import PaperRepository
from tests.support.api import NOW, at, leg, made, rows, shipped, site
from tests.support.papers import attached, clearance, declaration, done, paper, plan

MANY = 50


def missing(shown: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(one["what"], one["why"], one["who"]) for one in shown["blockers"]]


async def declared(client: httpx.AsyncClient, number: int = 1, **changes: Any) -> dict[str, Any]:
    """A shipment that was declared."""
    created = await shipped(client, number)
    await done(client, f"/shipments/{created['id']}/declaration", declaration(**changes))
    return created


async def test_a_paper_that_is_missing_is_named_with_who_has_it_until_it_is_attached(
    at_site: httpx.AsyncClient,
) -> None:
    created = await shipped(at_site)
    assert missing(await clearance(at_site, created)) == [("declaration", "missing", "applicant")]
    await done(at_site, f"/shipments/{created['id']}/declaration", declaration())
    shown = await clearance(at_site, created)
    assert shown["stage"] == "waiting_for_papers"
    assert missing(shown) == [("special_item_approval", "missing", "applicant")]
    assert shown["blockers"][0]["rule_id"] == "special-item"
    shown = await attached(at_site, created, paper())
    assert (shown["stage"], shown["blockers"]) == ("ready", [])
    assert shown["papers"][0]["number"] == "SI-2026-000417"
    assert shown["parties"] == {
        "applicant": "Acme",
        "shipper": None,
        "consignee": None,
        "organisations": [],
    }
    firm = {"organisation_id": "hospital", "name": "Hospital", "country": "CN"}
    await made(at_site, "/organisations", {**firm, "kind": "consignee"})
    share = {"organisation": "hospital", "party": "consignee", "reason": "receives it"}
    grant = await made(at_site, f"/shipments/{created['id']}/grants", share)
    linked = [{"party": "consignee", "organisation": "hospital"}]
    assert (await clearance(at_site, created))["parties"]["organisations"] == linked
    path = f"/shipments/{created['id']}/grants/{grant['id']}/revoke"
    await done(at_site, path, {"reason": "another one"})
    assert (await clearance(at_site, created))["parties"]["organisations"] == []


async def test_a_missing_paper_keeps_nobody_from_booking(at_site: httpx.AsyncClient) -> None:
    created = await declared(at_site)
    wish = {"shipment_id": created["id"], "bay_id": "PVG-C1", "start": at(2)}
    held = await made(at_site, "/appointments", wish)
    assert held["state"] in {"TENTATIVE", "CONFIRMED"}
    assert missing(await clearance(at_site, created))


async def test_a_paper_lapsed_in_flight_is_told_before_blocks_the_release_and_is_cured(
    at_site: httpx.AsyncClient, clock: FixedClock
) -> None:
    """Mishap of the journey: last day 22 November; it lands at 21:00 UTC, 05:00 of the 23rd."""
    created = await declared(at_site)
    shown = await attached(at_site, created, paper(valid_until="2026-11-22"))
    assert shown["papers"][0] | {"since": ""} == {
        "paper": "special_item_approval",
        "subject": "goods",
        "state": "lapsing",
        "since": "",
        "ends_at": "2026-11-22T16:00:00Z",
        "number": "SI-2026-000417",
        "who": "applicant",
        "rule_id": "special-item",
    }
    assert shown["blockers"] == []
    clock.advance(timedelta(hours=3, minutes=59, seconds=59))
    assert (await clearance(at_site, created))["papers"][0]["state"] == "lapsing"
    clock.advance(timedelta(seconds=1))
    shown = await clearance(at_site, created)
    assert missing(shown) == [("special_item_approval", "lapsed", "applicant")]
    assert shown["blockers"][0]["since"] == "2026-11-22T16:00:00Z"
    wish = {"shipment_id": created["id"], "bay_id": "PVG-C1", "start": at(10)}
    await made(at_site, "/appointments", wish)
    shown = await attached(at_site, created, paper("SI-2026-000999"))
    assert (shown["stage"], shown["blockers"]) == ("ready", [])


@pytest.mark.parametrize(("zone", "why"), [("Asia/Shanghai", "lapsed"), ("Europe/Berlin", None)])
async def test_the_last_day_is_the_day_of_the_site(
    client: httpx.AsyncClient, clock: FixedClock, zone: str, why: str | None
) -> None:
    await made(client, "/sites", site(zone=zone))
    created = await declared(client)
    await attached(client, created, paper(valid_until="2026-11-22"))
    clock.advance(timedelta(hours=5))
    found = [one["why"] for one in (await clearance(client, created))["blockers"]]
    assert found == ([why] if why else [])


async def test_of_fifty_draws_at_once_exactly_what_there_is_is_drawn(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    shipments = [await shipped(at_site, number) for number in range(1, MANY // 2 + 1)]
    entered = await made(at_site, "/papers", plan("12"))
    wish = {"paper_id": entered["paper_id"], "quantity": "1"}
    answers = await asyncio.gather(
        *(
            at_site.post(f"/shipments/{one['id']}/papers", json={**wish, "subject": subject})
            for one in shipments
            for subject in ("goods", "boxes")
        )
    )
    assert Counter(answer.status_code for answer in answers) == {201: 12, 409: MANY - 12}
    left = await rows(database, "SELECT balance FROM paper")
    drawn = await rows(database, "SELECT sum(quantity) AS sum, count(*) AS n FROM paper_use")
    assert (left[0].balance, drawn[0].sum, drawn[0].n) == (0, 12, 12)


async def test_the_database_itself_refuses_a_balance_below_nothing(
    at_site: httpx.AsyncClient, database: Database
) -> None:
    created = await shipped(at_site)
    entered = await made(at_site, "/papers", plan("3"))
    use = {
        "use_id": uuid4(),
        "paper_id": UUID(entered["paper_id"]),
        "shipment_id": UUID(created["id"]),
        "subject": "goods",
        "single": False,
        "quantity": Decimal("3.001"),
        "attached_at": NOW,
        "attached_by": "local-operator",
    }
    with pytest.raises(Conflict, match="balance"):
        async with database.unit_of_work() as unit:
            await PaperRepository(unit).draw(use)
    assert (await rows(database, "SELECT balance FROM paper"))[0].balance == 3


async def test_a_single_approval_serves_one_of_many_and_the_next_when_it_is_given_back(
    at_site: httpx.AsyncClient,
) -> None:
    shipments = [await shipped(at_site, number) for number in range(1, 9)]
    single = paper(risk_class="A1", valid_until="2026-11-30")
    entered = await made(at_site, "/papers", single)
    assert entered["write_off"] == "single"
    wish = {"paper_id": entered["paper_id"]}
    paths = [f"/shipments/{one['id']}/papers" for one in shipments]
    answers = await asyncio.gather(*(at_site.post(path, json=wish) for path in paths))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 7}
    won = next(n for n, answer in enumerate(answers) if answer.status_code == 201)
    use = answers[won].json()["attached"][0]["use_id"]
    await done(at_site, f"{paths[won]}/{use}/give-back", {"reason": "another lot flies"})
    again = await at_site.post(paths[won - 1], json=wish)
    assert again.status_code == 201


async def test_what_was_given_back_can_be_drawn_again_and_only_once(
    at_site: httpx.AsyncClient,
) -> None:
    created = await shipped(at_site)
    shown = await attached(at_site, created, plan("2"), quantity="1.5")
    use = shown["attached"][0]
    path = f"/shipments/{created['id']}/papers/{use['use_id']}/give-back"
    answers = await asyncio.gather(
        *(at_site.post(path, json={"reason": "wrong plan"}) for _ in range(6))
    )
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 5}
    entered = (await at_site.get(f"/papers/{use['paper_id']}")).json()
    assert entered["balance"] in {"2", "2.0"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"number": "X1"}, "number"),
        ({"risk_class": "D"}, "risk_class"),
        ({"valid_until": "2027-03-30"}, "valid_until"),
        ({"write_off": "single"}, "write_off"),
        ({"kind": "unheard_of"}, "kind"),
        ({"kind": "temporary_entry", "risk_class": None}, "re_export_by"),
    ],
)
async def test_a_paper_that_cannot_be_one_is_refused_with_its_field(
    still: httpx.AsyncClient, changes: dict[str, Any], field: str
) -> None:
    answer = await still.post("/papers", json=paper(**changes))
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"] == field


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"air_waybill": "176-12345674"}, "air_waybill"),
        ({"donation_number": "G123498654321J"}, "donation_number"),
        ({"origin": "HKG"}, "origin"),
        ({"destination": "CNPV1"}, "destination"),
        ({"regime": "whitelist"}, "regime"),
        ({"risk_class": "D"}, "risk_class"),
    ],
)
async def test_a_mistyped_identifier_is_noticed_when_it_is_entered(
    at_site: httpx.AsyncClient, changes: dict[str, Any], field: str
) -> None:
    created = await shipped(at_site)
    path = f"/shipments/{created['id']}/declaration"
    answer = await at_site.post(path, json=declaration(**changes))
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"] == field


async def test_identifiers_are_kept_in_one_form(at_site: httpx.AsyncClient) -> None:
    created = await declared(
        at_site,
        air_waybill="17612345675",
        donation_number="G1234 98 654321 H",
        origin="HK HKG",
    )
    goods = (await clearance(at_site, created))["goods"]
    assert goods["air_waybill"] == "176-12345675"
    assert goods["donation_number"] == "G123498654321"
    assert goods["origin"] == "HKHKG"


async def test_a_declaration_is_changed_by_whoever_saw_it_and_by_one_of_two(
    at_site: httpx.AsyncClient,
) -> None:
    created = await declared(at_site)
    path = f"/shipments/{created['id']}/declaration"
    assert (await at_site.post(path, json=declaration(item="drug"))).status_code == 428
    tag = {"if-match": '"1"'}
    answers = await asyncio.gather(
        *(at_site.post(path, json=declaration(item="drug"), headers=tag) for _ in range(2))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    assert missing(await clearance(at_site, created)) == [
        ("import_drug_form", "missing", "applicant")
    ]


async def test_export_with_boxes_asks_for_a_permit_and_for_papers_of_the_boxes_themselves(
    at_site: httpx.AsyncClient,
) -> None:
    created = await declared(at_site, direction="out", human_genetic=True, boxes=True)
    wanted = {
        (one["paper"], one["subject"]) for one in (await clearance(at_site, created))["papers"]
    }
    assert wanted == {
        ("special_item_approval", "goods"),
        ("human_genetic_permit", "goods"),
        ("temporary_exit", "boxes"),
    }
    boxes = {
        "kind": "temporary_exit",
        "number": "TE-1001",
        "holder": "Acme",
        "re_export_by": "2027-05-22",
    }
    shown = await attached(at_site, created, boxes, subject="boxes")
    assert [one["paper"] for one in shown["papers"] if one["state"] == "valid"] == [
        "temporary_exit"
    ]
    use = shown["attached"][0]
    path = f"/shipments/{created['id']}/papers/{use['use_id']}/re-export"
    shown = await done(at_site, path, {"reason": "came back with LH 8409"})
    assert shown["attached"][0]["re_exported_at"] == "2026-11-22T12:00:00Z"


async def test_a_withdrawn_paper_holds_no_longer_where_it_is_attached(
    at_site: httpx.AsyncClient,
) -> None:
    created = await declared(at_site)
    shown = await attached(at_site, created, paper())
    path = f"/papers/{shown['attached'][0]['paper_id']}/withdrawal"
    await done(at_site, path, {"reason": "issued in error"})
    assert missing(await clearance(at_site, created)) == [
        ("special_item_approval", "lapsed", "applicant")
    ]
    assert (await at_site.post(path, json={"reason": "again"})).status_code == 409


async def test_a_regime_is_used_by_its_members_only_and_waives_what_it_waives(
    at_site: httpx.AsyncClient,
) -> None:
    created = await declared(
        at_site, item="drug", purpose="research", regime="rd_import_pilot", risk_class=None
    )
    shown = await clearance(at_site, created)
    assert [one["waived_by"] for one in shown["waived"]] == ["pilot-drug"]
    assert missing(shown) == [("rd_import_pilot", "not_a_member", "applicant")]
    member = {"firm": "Acme", "valid_from": "2025-01-01", "reference": "directory 3"}
    await made(at_site, "/memberships", {"regime": "institution_whitelist", **member})
    assert missing(await clearance(at_site, created))
    await made(at_site, "/memberships", {"regime": "rd_import_pilot", **member})
    assert (await clearance(at_site, created))["stage"] == "ready"
    listed = (await at_site.get("/memberships", params={"firm": "Acme"})).json()["items"]
    assert len(listed) == 2


async def test_a_rule_of_a_site_stands_in_the_place_of_the_shipped_one_until_it_is_withdrawn(
    at_site: httpx.AsyncClient,
) -> None:
    created = await declared(at_site)
    document = {
        "id": "special-item",
        "paper": "special_item_approval",
        "effect": "waives",
        "when": {"site": ["PVG"]},
        "source": "agreement 14",
        "grade": "O",
    }
    body = {"document": document, "reason": "trial run"}
    entered = await made(at_site, "/paper-rules", body)
    assert (await clearance(at_site, created))["papers"] == []
    await done(at_site, f"/paper-rules/{entered['entry_id']}/withdrawal", {"reason": "over"})
    assert len((await clearance(at_site, created))["papers"]) == 1
    shown = (await at_site.get("/paper-rules")).json()
    assert {one["id"] for one in shown["shipped"]["rule"]} >= {"special-item", "drug-in"}
    assert len(shown["own"]) == 1
    of_nobody = {**body, "document": {**document, "when": {}}}
    assert (await at_site.post("/paper-rules", json=of_nobody)).status_code == 422


async def test_papers_are_listed_page_by_page_and_found_by_their_number(
    at_site: httpx.AsyncClient,
) -> None:
    for number in range(3):
        await made(at_site, "/papers", paper(f"SI-2026-00000{number}"))
    again = await at_site.post("/papers", json=paper("SI-2026-000000"))
    assert (again.status_code, again.json()["type"]) == (409, "/problems/already-exists")
    first = (await at_site.get("/papers", params={"limit": 2})).json()
    query = {"limit": 2, "cursor": first["next_cursor"]}
    second = (await at_site.get("/papers", params=query)).json()
    assert len({one["number"] for one in (*first["items"], *second["items"])}) == 3
    found = await at_site.get("/papers", params={"number": "SI-2026-000001"})
    assert [one["number"] for one in found.json()["items"]] == ["SI-2026-000001"]


async def test_an_arrival_that_moves_past_the_last_day_shows_before_take_off(
    at_site: httpx.AsyncClient,
) -> None:
    created = await shipped(at_site, legs=[leg(planned_departure=at(1), planned_arrival=at(3))])
    await done(at_site, f"/shipments/{created['id']}/declaration", declaration())
    shown = await attached(at_site, created, paper(valid_until="2026-11-22"))
    assert shown["papers"][0]["state"] == "valid"
    path = f"/shipments/{created['id']}/legs/{created['legs'][0]['id']}"
    await at_site.patch(path, json={"estimated_arrival": at(5)})
    assert (await clearance(at_site, created))["papers"][0]["state"] == "lapsing"
