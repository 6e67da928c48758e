"""Second factors: owed by roles that sign, used once each, lost and replaced."""

from datetime import timedelta
from typing import Any

import httpx
import pyotp
from fastapi import FastAPI

from services.core.domain.governance.throttle import SECOND_FACTOR
from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from tests.support.api import rows
from tests.support.people import PASSWORD, Visitor, entered


def code_of(secret: str, clock: FixedClock) -> str:
    """What an authenticator app shows now."""
    return pyotp.TOTP(secret).at(clock.now())


async def with_app(visitor: Visitor, clock: FixedClock) -> tuple[str, list[str]]:
    """Take an authenticator app; returns its secret and the recovery codes."""
    started = await visitor.post("/me/factors/totp", {"name": "phone"})
    assert started.status_code == 201, started.text
    app: dict[str, Any] = started.json()
    path = f"/me/factors/totp/{app['id']}/confirm"
    taken = await visitor.post(path, {"code": code_of(app["secret"], clock)})
    assert taken.status_code == 200, taken.text
    return app["secret"], taken.json()["recovery_codes"]


async def test_s33_role_that_signs_takes_a_second_factor_before_anything_else(
    app: FastAPI, client: httpx.AsyncClient, clock: FixedClock
) -> None:
    visitor = Visitor(app)
    for role in ("qa_assessor", "qa_approver", "customs_officer", "administrator"):
        visitor = await entered(app, client, f"{role}.one", role)
        assert (await visitor.get("/me")).json()["session"]["level"] == "enrol"
        assert (await visitor.get("/shipments")).status_code == 401
        assert (await visitor.post("/me/password", {})).status_code == 401
    before = visitor.secret
    secret, codes = await with_app(visitor, clock)
    assert visitor.secret != before
    assert len(secret) == 32
    assert len(set(codes)) == 10
    assert (await visitor.get("/shipments")).status_code == 200


async def test_s33_second_factor_is_asked_at_each_sign_in_and_no_code_opens_twice(
    app: FastAPI, client: httpx.AsyncClient, clock: FixedClock
) -> None:
    visitor = await entered(app, client, "chen.yu", "qa_approver")
    secret, codes = await with_app(visitor, clock)
    assert (await visitor.sign_in("chen.yu")).json() == {"level": "second"}
    half = visitor.secret
    assert (await visitor.get("/shipments")).status_code == 401
    assert (await visitor.get("/me/factors")).status_code == 401
    replayed = await visitor.post("/sign-in/second", {"code": code_of(secret, clock)})
    assert replayed.status_code == 401  # it has confirmed the app
    clock.advance(timedelta(seconds=30))
    code = code_of(secret, clock)
    assert (await visitor.post("/sign-in/second", {"code": code})).json() == {"level": "full"}
    assert visitor.secret != half
    assert (await visitor.get("/shipments")).status_code == 200
    await visitor.sign_in("chen.yu")
    assert (await visitor.post("/sign-in/second", {"code": code})).status_code == 401
    spoken = codes[0].upper().replace("-", " ")
    assert (await visitor.post("/sign-in/second", {"code": spoken})).status_code == 200
    await visitor.sign_in("chen.yu")
    assert (await visitor.post("/sign-in/second", {"code": codes[0]})).status_code == 401


async def test_s24_codes_cannot_be_tried_out(
    app: FastAPI, client: httpx.AsyncClient, clock: FixedClock
) -> None:
    visitor = await entered(app, client, "chen.yu", "qa_approver")
    secret, _ = await with_app(visitor, clock)
    await visitor.sign_in("chen.yu")
    answers = [
        (await visitor.post("/sign-in/second", {"code": f"{guess:06d}"})).status_code
        for guess in range(SECOND_FACTOR.free + 1)
    ]
    assert answers == [401] * SECOND_FACTOR.free + [429]
    # A new session does not begin the count anew.
    await visitor.sign_in("chen.yu")
    right = {"code": code_of(secret, clock)}
    assert (await visitor.post("/sign-in/second", right)).status_code == 429


async def test_half_a_sign_in_ends_after_ten_minutes(
    app: FastAPI, client: httpx.AsyncClient, clock: FixedClock
) -> None:
    visitor = await entered(app, client, "chen.yu", "qa_approver")
    secret, _ = await with_app(visitor, clock)
    await visitor.sign_in("chen.yu")
    clock.advance(timedelta(minutes=10))
    late = await visitor.post("/sign-in/second", {"code": code_of(secret, clock)})
    assert (late.status_code, late.json()["errors"][0]["pointer"]) == (401, "session")


async def test_stolen_session_cannot_change_the_factors(
    app: FastAPI, client: httpx.AsyncClient, clock: FixedClock
) -> None:
    """Adding, removing and new recovery codes ask for a fresh proof, good for one act."""
    visitor = await entered(app, client, "chen.yu", "qa_approver")
    await with_app(visitor, clock)
    (factor,) = (await visitor.get("/me/factors")).json()["items"]
    acts = [
        ("/me/factors/totp", {"name": "mine now"}),
        (f"/me/factors/{factor['id']}/remove", None),
        ("/me/recovery-codes", None),
    ]
    for path, body in acts:
        refused = await visitor.post(path, body)
        assert refused.status_code == 403
        assert refused.json()["errors"][0]["pointer"] == "confirmation"
    assert (await visitor.post("/me/confirmation", {"password": PASSWORD})).status_code == 204
    assert (await visitor.post("/me/recovery-codes")).status_code == 200
    assert (await visitor.post("/me/recovery-codes")).status_code == 403
    await visitor.post("/me/confirmation", {"password": PASSWORD})
    clock.advance(timedelta(minutes=2, seconds=1))
    assert (await visitor.post("/me/recovery-codes")).status_code == 403


async def test_last_factor_of_a_role_that_signs_stays(
    app: FastAPI, client: httpx.AsyncClient, clock: FixedClock
) -> None:
    visitor = await entered(app, client, "chen.yu", "qa_approver")
    await with_app(visitor, clock)
    (first,) = (await visitor.get("/me/factors")).json()["items"]
    await visitor.post("/me/confirmation", {"password": PASSWORD})
    assert (await visitor.post(f"/me/factors/{first['id']}/remove")).status_code == 409
    # The refusal has kept the proof: nothing of the act happened.
    second, codes = await with_app(visitor, clock)
    assert codes == []
    clock.advance(timedelta(seconds=30))
    proof = {"code": code_of(second, clock)}
    assert (await visitor.post("/me/confirmation", proof)).status_code == 204
    assert (await visitor.post(f"/me/factors/{first['id']}/remove")).status_code == 204
    assert len((await visitor.get("/me/factors")).json()["items"]) == 1


async def test_reset_takes_lost_factors_away_and_asks_for_new_ones(
    app: FastAPI, client: httpx.AsyncClient, clock: FixedClock, database: Database
) -> None:
    visitor = await entered(app, client, "chen.yu", "qa_approver")
    _, codes = await with_app(visitor, clock)
    (before,) = (await client.get("/people")).json()["items"]
    assert (before["second_factors"], before["signed_in_at"]) == (["totp"], before["created_at"])
    reset = {"second_factors": True, "reason": "lost the phone"}
    answer = (await client.post("/people/chen.yu/reset", json=reset)).json()
    assert (answer["second_factors"], answer["signed_in_at"]) == ([], before["signed_in_at"])
    link = answer["link"]
    body = {"token": link.partition("=")[2], "password": PASSWORD}
    assert (await visitor.post("/sign-in/link", body)).json() == {"level": "enrol"}
    assert (await visitor.post("/sign-in/second", {"code": codes[0]})).status_code == 401
    kept = await rows(database, "SELECT secret FROM second_factor")
    assert [one[0] for one in kept] == [None]


async def test_s60_second_factors_are_entries_without_secrets(
    app: FastAPI, client: httpx.AsyncClient, clock: FixedClock, database: Database
) -> None:
    visitor = await entered(app, client, "chen.yu", "qa_approver")
    secret, codes = await with_app(visitor, clock)
    await visitor.sign_in("chen.yu")
    await visitor.post("/sign-in/second", {"code": "000000"})
    await visitor.post("/sign-in/second", {"code": codes[0]})
    found = await rows(
        database,
        "SELECT action, after::text FROM audit_entry WHERE principal_id = 'chen.yu' ORDER BY id",
    )
    assert [one[0] for one in found] == [
        "sign_in",
        "add_factor",
        "new_recovery_codes",
        "sign_in",
        "proof_failed",
        "second_factor",
    ]
    for table in ("audit_entry", "recovery_code"):
        for (row,) in await rows(database, f"SELECT t::text FROM {table} AS t"):
            assert secret not in row
            assert all(code not in row for code in codes)
