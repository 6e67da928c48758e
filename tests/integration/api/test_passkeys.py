"""Passkeys: bound to our pages, to one question, to their person, and not to be copied."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from tests.support.api import rows
from tests.support.passkey import Authenticator
from tests.support.people import PASSWORD, Visitor, entered


async def question(visitor: Visitor, path: str) -> dict[str, Any]:
    """What the server asks the passkey."""
    answer = await visitor.post(f"{path}/options")
    assert answer.status_code == 200, answer.text
    options: dict[str, Any] = answer.json()["options"]
    return options


async def take(visitor: Visitor, authenticator: Authenticator) -> httpx.Response:
    """Take a passkey as second factor."""
    options = await question(visitor, "/me/factors/passkey")
    body = {"name": "laptop", "credential": authenticator.make(options)}
    return await visitor.post("/me/factors/passkey", body)


async def half(visitor: Visitor) -> dict[str, Any]:
    """Sign in up to the second factor; returns the question for the passkey."""
    assert (await visitor.sign_in("chen.yu")).json() == {"level": "second"}
    return await question(visitor, "/sign-in/passkey")


@pytest.fixture
async def approver(app: FastAPI, client: httpx.AsyncClient) -> Visitor:
    """Somebody who signs, and owes a second factor yet."""
    return await entered(app, client, "chen.yu", "qa_approver")


async def test_s33_passkey_completes_a_sign_in_and_proves_a_signature(
    approver: Visitor, database: Database
) -> None:
    authenticator = Authenticator()
    taken = await take(approver, authenticator)
    assert (taken.status_code, len(taken.json()["recovery_codes"])) == (200, 10)
    assert (await approver.get("/shipments")).status_code == 200
    options = await half(approver)
    assert [one["id"] for one in options["allowCredentials"]] == [
        authenticator.prove(options)["id"]
    ]
    body = {"credential": authenticator.prove(options)}
    assert (await approver.post("/sign-in/passkey", body)).json() == {"level": "full"}
    options = await question(approver, "/me/confirmation/passkey")
    proof = {"credential": authenticator.prove(options)}
    assert (await approver.post("/me/confirmation/passkey", proof)).status_code == 204
    assert (await approver.post("/me/recovery-codes")).status_code == 200
    (kept,) = await rows(database, "SELECT sign_count, last_used_at FROM second_factor")
    assert kept[0] == authenticator.count
    assert kept[1] is not None


async def test_s33_passkey_made_for_another_page_or_without_its_person_is_refused(
    approver: Visitor,
) -> None:
    for wrong in (
        Authenticator(origin="http://localhost.evil.example"),
        Authenticator(origin="http://localhost:9999"),
        Authenticator(verifies=False),
    ):
        refused = await take(approver, wrong)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "credential")
    options = await question(approver, "/me/factors/passkey")
    made = Authenticator().make({**options, "rp": {"id": "evil.example"}})
    body = {"name": "laptop", "credential": made}
    assert (await approver.post("/me/factors/passkey", body)).status_code == 422


async def test_s33_proof_that_does_not_fit_opens_nothing(
    approver: Visitor, clock: FixedClock
) -> None:
    mine = Authenticator()
    await take(approver, mine)
    options = await half(approver)
    stranger = replace(mine, key=Authenticator().key)
    wrong = [
        replace(mine, origin="https://evil.example").prove(options),
        replace(mine, verifies=False).prove(options),
        stranger.prove(options),
        Authenticator().prove(options),
        {**mine.prove(options), "response": {}},
    ]
    for credential in wrong:
        answer = await approver.post("/sign-in/passkey", {"credential": credential})
        assert answer.status_code == 401
    clock.advance(timedelta(seconds=2))
    assert (await approver.get("/shipments")).status_code == 401
    right = {"credential": mine.prove(await question(approver, "/sign-in/passkey"))}
    assert (await approver.post("/sign-in/passkey", right)).status_code == 200


async def test_s33_question_is_answered_once_and_in_time(
    approver: Visitor, clock: FixedClock
) -> None:
    mine = Authenticator()
    await take(approver, mine)
    body = {"credential": mine.prove(await half(approver))}
    assert (await approver.post("/sign-in/passkey", body)).status_code == 200
    await approver.sign_in("chen.yu")
    assert (await approver.post("/sign-in/passkey", body)).status_code == 409
    await question(approver, "/sign-in/passkey")
    assert (await approver.post("/sign-in/passkey", body)).status_code == 401
    late = {"credential": mine.prove(await question(approver, "/sign-in/passkey"))}
    clock.advance(timedelta(minutes=5))
    assert (await approver.post("/sign-in/passkey", late)).status_code == 409


async def test_s33_copied_passkey_is_found_by_its_counter(approver: Visitor) -> None:
    mine = Authenticator(count=7)
    await take(approver, mine)
    copy = replace(mine)
    body = {"credential": mine.prove(await half(approver))}
    assert (await approver.post("/sign-in/passkey", body)).status_code == 200
    body = {"credential": copy.prove(await half(approver))}
    assert (await approver.post("/sign-in/passkey", body)).status_code == 401


async def test_s33_passkey_of_one_person_is_not_another_persons(
    app: FastAPI, client: httpx.AsyncClient, approver: Visitor
) -> None:
    mine = Authenticator()
    await take(approver, mine)
    other = await entered(app, client, "wang.li", "qa_approver")
    assert (await take(other, mine)).status_code == 409
    await take(other, Authenticator())
    await other.sign_in("wang.li")
    options = await question(other, "/sign-in/passkey")
    body = {"credential": mine.prove(options)}
    assert (await other.post("/sign-in/passkey", body)).status_code == 401


async def test_stolen_session_takes_no_passkey(approver: Visitor) -> None:
    await take(approver, Authenticator())
    refused = await approver.post("/me/factors/passkey/options")
    assert refused.json()["errors"][0]["pointer"] == "confirmation"
    await approver.post("/me/confirmation", {"password": PASSWORD})
    assert (await take(approver, Authenticator())).status_code == 200
