"""Every route that changes something is watched for its audit entry, or says why it leaves none."""

from collections.abc import Iterable, Iterator

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from services.api.app import create_app
from services.api.cookies import SAFE_METHODS
from services.api.dependencies import unit_of_work
from services.api.rules import OPEN, RULES
from services.api.unaudited import OWN_TRANSACTION, PREFIX, UNAUDITED
from services.core.runtime.clock import SystemClock
from services.core.storage.database import Database


def _routes(routes: Iterable[object]) -> Iterator[APIRoute]:
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        else:
            inner = getattr(route, "original_router", None) or getattr(route, "router", None)
            yield from _routes(getattr(inner, "routes", []))


def _asked(dependant: Dependant) -> Iterator[object]:
    yield dependant.call
    for one in dependant.dependencies:
        yield from _asked(one)


def _watched() -> set[tuple[str, str]]:
    app = create_app(SystemClock(), Database("postgresql+psycopg://nobody@localhost/nowhere"))
    return {
        (method, route.path.removeprefix(PREFIX))
        for route in _routes(app.routes)
        for method in route.methods or ()
        if unit_of_work in _asked(route.dependant)
    }


def test_s60_each_route_that_changes_something_is_watched_or_says_why_not() -> None:
    """Watched: `tell_unaudited` is called when it succeeds, and every test of a route looks."""
    changing = {route for route in {*RULES, *OPEN} if route[0] not in SAFE_METHODS}
    assert len(changing) > 60
    assert changing - _watched() - set(UNAUDITED) == set(OWN_TRANSACTION)


def test_s60_each_exception_is_a_route_and_has_a_reason() -> None:
    for exceptions in (UNAUDITED, OWN_TRANSACTION):
        assert set(exceptions) - set(RULES) - OPEN == set()
        assert [why for why in exceptions.values() if len(why) < 20] == []
