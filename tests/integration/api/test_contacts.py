"""Whom to call about a shipment: who reads it, who enters and corrects it, and what stays out."""

from datetime import timedelta
from typing import Any

from services.api.board import read_board
from services.core.domain.governance.reach import installation
from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from tests.integration.api.sharing import NIGHT, Headers, House
from tests.support.api import NOW, raise_alarm, rows

ENTERED = {"role": "courier", "name": "Kim Canary", "phone": "+86 21 5555 0000", "hours": None}


async def _read(house: House, headers: Headers) -> list[dict[str, Any]]:
    answer = await house.client.get(f"{house.path}/contacts", headers=headers)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def _words(one: dict[str, Any]) -> dict[str, Any]:
    return {name: one[name] for name in ENTERED}


async def _put(
    house: House, one: dict[str, Any], body: dict[str, Any], headers: Headers, match: str | None
) -> Any:
    seen = {} if match is None else {"if-match": match}
    path = f"{house.path}/contacts/{one['contact_id']}"
    return await house.client.put(path, json=body, headers=headers | seen)


async def test_s22_whom_to_call_is_told_at_home_and_to_nobody_else(house: House) -> None:
    await house.share()
    await house.book()
    assert [_words(one) for one in await _read(house, house.a)] == [ENTERED]
    for headers in (house.customs, house.hospital):
        assert await house.status(headers, f"{house.path}/contacts") == 403
    assert await house.status(house.b, f"{house.path}/contacts") == 404
    await house.share(organisation="firm-b", party="carrier")
    assert await _read(house, house.b) == []


async def test_a_contact_is_entered_on_the_way_and_corrected_and_its_alarm_names_it(
    house: House, database: Database, clock: FixedClock
) -> None:
    clock.advance(timedelta(minutes=1))
    first = (await _read(house, house.a))[0]
    once = house.a | {"idempotency-key": "night"}
    sent = [
        await house.client.post(f"{house.path}/contacts", json=NIGHT, headers=once)
        for _ in range(2)
    ]
    assert [one.status_code for one in sent] == [201, 201]
    entered = sent[0].json()
    assert sent[1].json() == entered
    assert (entered["of_site"], entered["revision"]) == (False, 1)
    assert [one["name"] for one in await _read(house, house.a)] == ["Kim Canary", "Lu Canary"]

    # Of two with a role the alarm names the one that was entered first, as it stands now.
    alarm = str(await raise_alarm(database, house.shipment))
    now = {**NIGHT, "name": "Xu Canary", "hours": "20:00-08:00"}
    answer = await _put(house, first, now, house.a, '"1"')
    assert answer.status_code == 200, answer.text
    assert answer.headers["etag"] == '"2"'
    assert _words(answer.json()) == now
    told = (await house.client.get(f"/alarms/{alarm}", headers=house.a)).json()["call"]
    assert told["name"] == "Xu Canary"


async def test_a_correction_needs_what_stands_now(house: House) -> None:
    (one,) = await _read(house, house.a)
    assert (await _put(house, one, NIGHT, house.a, None)).status_code == 428
    assert (await _put(house, one, NIGHT, house.a, '"7"')).status_code == 412
    assert [_words(one) for one in await _read(house, house.a)] == [ENTERED]
    nobody = {"contact_id": house.shipment["id"]}
    assert (await _put(house, nobody, NIGHT, house.a, '"1"')).status_code == 404


async def test_who_only_sees_the_shipment_enters_and_corrects_nobody(
    house: House, database: Database
) -> None:
    """A carrier's operator, a consignee, customs, and a firm that does not know of it."""
    (one,) = await _read(house, house.a)
    await house.share()
    await house.book()
    refused = {"stranger": house.b, "customs": house.customs, "consignee": house.hospital}
    for who, headers in refused.items():
        answer = await house.client.post(f"{house.path}/contacts", json=NIGHT, headers=headers)
        changed = await _put(house, one, NIGHT, headers, '"1"')
        expected = 404 if who == "stranger" else 403
        assert (answer.status_code, changed.status_code) == (expected, expected), who
    await house.share(organisation="firm-b", party="carrier")
    answer = await house.client.post(f"{house.path}/contacts", json=NIGHT, headers=house.b)
    changed = await _put(house, one, NIGHT, house.b, '"1"')
    assert (answer.status_code, changed.status_code) == (403, 403)
    kept = await rows(database, "SELECT name FROM contact")
    assert [row.name for row in kept] == ["Kim Canary"]


async def test_names_and_numbers_stay_out_of_the_trail(house: House, database: Database) -> None:
    entered = await house.own("contacts", NIGHT)
    await _put(house, entered, NIGHT, house.a, '"1"')
    entries = await rows(
        database,
        "SELECT action, after FROM audit_entry WHERE action IN ('add_contact', 'change_contact')",
    )
    after = {"contact_id": entered["contact_id"]}
    assert [(one.action, one.after) for one in entries] == [
        ("add_contact", after),
        ("change_contact", after),
    ]


async def test_whoever_the_shipment_is_shared_with_in_whole_changes_no_contact_either(
    house: House, database: Database
) -> None:
    (one,) = await _read(house, house.a)
    for party in ("sponsor", "auditor"):
        await house.share(organisation="firm-b", party=party)
        entered = await house.client.post(f"{house.path}/contacts", json=NIGHT, headers=house.b)
        changed = await _put(house, one, NIGHT, house.b, '"1"')
        assert (entered.status_code, changed.status_code) == (403, 403), party
    kept = await rows(database, "SELECT name FROM contact")
    assert [row.name for row in kept] == ["Kim Canary"]


async def test_an_alarm_on_the_board_changes_with_whom_it_names(
    house: House, database: Database
) -> None:
    """The alarm itself stands as it was: only the number has changed."""
    (one,) = await _read(house, house.a)
    alarm = str(await raise_alarm(database, house.shipment))

    async def key() -> object:
        return (await read_board(database, installation(NOW)))["alarm"][alarm].key

    before = await key()
    assert await key() == before
    answer = await _put(house, one, {**NIGHT, "phone": "+86 21 5555 0001"}, house.a, '"1"')
    assert answer.status_code == 200
    assert await key() != before
