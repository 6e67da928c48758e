"""The ledger of papers: what there is of each, who draws from it, and what is refused."""

import asyncio
from collections import Counter
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.core.domain.errors import Conflict
from services.core.storage.database import Database
from services.core.storage.papers import PaperRepository
from tests.support.api import NOW, made, rows, shipped
from tests.support.papers import (
    attached,
    clearance,
    declaration,
    declared,
    done,
    missing,
    paper,
    plan,
)

MANY = 50


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
