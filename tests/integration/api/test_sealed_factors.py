"""Secrets of authenticator apps are sealed with a key that is in no database."""

import os
from dataclasses import replace
from datetime import timedelta

import httpx
from fastapi import FastAPI

from services.api.acts.factor_seals import seal_all
from services.core.runtime.clock import FixedClock
from services.core.runtime.sealing import SealKeys
from services.core.storage.database import Database
from tests.integration.api.test_factors import code_of, with_app
from tests.support.api import rows
from tests.support.people import Visitor, entered


def use(app: FastAPI, keys: SealKeys | None) -> None:
    """As if the API had been started with these keys."""
    app.state.parts = replace(app.state.parts, factor_keys=keys)


async def stored(database: Database) -> bytes:
    ((kept,),) = await rows(database, "SELECT secret FROM second_factor WHERE kind = 'totp'")
    return bytes(kept)


async def comes_in(visitor: Visitor, secret: str, clock: FixedClock) -> int:
    """Sign in with the next code."""
    clock.advance(timedelta(minutes=1))
    await visitor.sign_in("chen.yu")
    body = {"code": code_of(secret, clock)}
    return (await visitor.post("/sign-in/second", body)).status_code


async def test_s33_secret_is_sealed_at_once_and_again_under_a_newer_key(
    app: FastAPI, client: httpx.AsyncClient, clock: FixedClock, database: Database
) -> None:
    old, new = os.urandom(32), os.urandom(32)
    use(app, SealKeys({"old": old}))
    visitor = await entered(app, client, "chen.yu", "qa_approver")
    secret, _ = await with_app(visitor, clock)
    assert secret.encode() not in await stored(database)
    assert b"old" in await stored(database)
    use(app, SealKeys({"new": new, "old": old}))
    assert await comes_in(visitor, secret, clock) == 200
    assert (await seal_all(app.state.parts), await seal_all(app.state.parts)) == (1, 0)
    assert b"new" in await stored(database)
    use(app, SealKeys({"new": new}))
    assert await comes_in(visitor, secret, clock) == 200
    use(app, SealKeys({"new": os.urandom(32)}))
    assert await comes_in(visitor, secret, clock) == 503


async def test_s33_secret_that_lay_open_is_sealed_and_still_proves_its_person(
    app: FastAPI, client: httpx.AsyncClient, clock: FixedClock, database: Database
) -> None:
    visitor = await entered(app, client, "chen.yu", "qa_approver")
    secret, _ = await with_app(visitor, clock)
    assert await stored(database) == secret.encode()
    assert await seal_all(app.state.parts) == 0
    use(app, SealKeys({"first": os.urandom(32)}))
    assert await seal_all(app.state.parts) == 1
    assert secret.encode() not in await stored(database)
    assert await comes_in(visitor, secret, clock) == 200
    use(app, None)
    assert await comes_in(visitor, secret, clock) == 503
