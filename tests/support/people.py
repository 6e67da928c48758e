"""People who sign in: entered by the local operator, and a browser's manners without a browser."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

import httpx
from fastapi import FastAPI

from services.api.cookies import TOKEN_HEADER
from tests.support.api import made

PASSWORD = "an ice box full of kettles"
ORGANISATION = {
    "organisation_id": "sponsor-qa",
    "name": "Sponsor QA",
    "country": "CN",
    "kind": "platform",
}


class Visitor:
    """Keeps cookies, names its origin, and sends the page's token with every change."""

    def __init__(self, app: FastAPI, address: str = "127.0.0.1", base: str = "http://localhost"):
        transport = httpx.ASGITransport(app=app, client=(address, 50_000))
        self.http = httpx.AsyncClient(transport=transport, base_url=base)
        self.origin = base
        gate = app.state.parts.gate
        self.cookie, self.token_cookie = gate.cookie, gate.token_cookie

    @property
    def secret(self) -> str | None:
        """The secret of the session, as the browser keeps it."""
        return self.http.cookies.get(self.cookie)

    async def get(self, path: str) -> httpx.Response:
        """Ask for something under /api/v1."""
        return await self.http.get(f"/api/v1{path}")

    async def post(
        self, path: str, body: Any = None, *, method: str = "POST", **headers: str
    ) -> httpx.Response:
        """Change something, as a page of ours does."""
        sent = {"origin": self.origin, "sec-fetch-site": "same-origin"}
        token = self.http.cookies.get(self.token_cookie)
        if token is not None:
            sent[TOKEN_HEADER] = token
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {name: value for name, value in sent.items() if value}
        if body is not None:  # as ASCII, so that also what is no text can be sent
            sent["content-type"] = "application/json"
        content = None if body is None else json.dumps(body)
        return await self.http.request(method, f"/api/v1{path}", content=content, headers=sent)

    async def sign_in(self, person: str, password: str = PASSWORD) -> httpx.Response:
        """With name and password."""
        return await self.post("/sign-in", {"person": person, "password": password})


async def invited(
    client: httpx.AsyncClient, person: str = "chen.yu", *roles: str, name: str = "Chen Yu"
) -> str:
    """Enter a person; returns the token of their link."""
    organisations = (await client.get("/organisations")).json()["items"]
    if not organisations:
        await made(client, "/organisations", ORGANISATION)
    body = {
        "person_id": person,
        "name": name,
        "organisation": "sponsor-qa",
        "roles": list(roles or ("operator",)),
    }
    link = (await made(client, "/people", body))["link"]
    found = re.fullmatch(r"http://localhost/sign-in#link=([\w-]{43})", link)
    assert found, link
    return found[1]


async def entered(
    app: FastAPI, client: httpx.AsyncClient, person: str = "chen.yu", *roles: str
) -> Visitor:
    """A person who has just used their link and chosen the password of the tests."""
    token = await invited(client, person, *roles)
    visitor = Visitor(app)
    answer = await visitor.post("/sign-in/link", {"token": token, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    return visitor


def digest(secret: str) -> bytes:
    """What the database keeps of a secret."""
    return hashlib.sha256(secret.encode()).digest()
