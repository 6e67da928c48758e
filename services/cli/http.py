"""Talks to the running system's HTTP interface, and turns its refusals into exit codes."""

import os
from typing import Any

from services.cli.failing import (
    EXIT_FAILED,
    EXIT_NOT_FOUND,
    EXIT_UNREACHABLE,
    CommandFailed,
)

_PATIENCE_S = 10
_NOT_FOUND = 404


def post(base_url: str, path: str, document: dict[str, Any]) -> dict[str, Any]:
    """POST a JSON document; returns the answer's document, or fails with what the API says."""
    return _ask(base_url, "POST", path, json=document)


def patch(base_url: str, path: str, document: dict[str, Any]) -> dict[str, Any]:
    """PATCH a JSON document, or fail with what the API says."""
    return _ask(base_url, "PATCH", path, json=document)


def get(base_url: str, path: str, query: dict[str, str] | None = None) -> dict[str, Any]:
    """GET a JSON document, or fail with what the API says."""
    return _ask(base_url, "GET", path, params=query or {})


def get_text(base_url: str, path: str, query: dict[str, str]) -> str:
    """GET something that is no JSON, such as a table."""
    text: str = _answer(base_url, "GET", path, params=query).text
    return text


def _ask(base_url: str, method: str, path: str, **content: Any) -> dict[str, Any]:
    answer: dict[str, Any] = _answer(base_url, method, path, **content).json()
    return answer


def _answer(base_url: str, method: str, path: str, **content: Any) -> Any:
    """The response, when it is no refusal."""
    import httpx

    try:
        # The system is on this machine or where the caller says; no proxy stands between.
        response = httpx.request(
            method,
            base_url + path,
            headers=_key(),
            timeout=_PATIENCE_S,
            trust_env=False,
            **content,
        )
    except httpx.HTTPError as error:
        raise CommandFailed(
            f"{base_url} does not answer ({error}): is Coldlane running there?", EXIT_UNREACHABLE
        ) from error
    if response.is_success:
        return response
    code = EXIT_NOT_FOUND if response.status_code == _NOT_FOUND else EXIT_FAILED
    raise CommandFailed(_refusal(response), code)


def _key() -> dict[str, str]:
    """The caller's key; a command line would show it to everybody on the machine."""
    key = os.environ.get("COLDLANE_API_KEY")
    return {"authorization": f"Bearer {key}"} if key else {}


def _refusal(response: Any) -> str:
    """The problem document in one sentence."""
    try:
        problem = response.json()
    except ValueError:
        return f"the API answered {response.status_code} {response.reason_phrase}"
    said = problem.get("detail") or problem.get("title") or response.reason_phrase
    remedy = problem.get("remedy")
    return f"{said}: {remedy}" if remedy else str(said)
