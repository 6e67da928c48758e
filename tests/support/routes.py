"""The routes of an application, whichever router they were written on."""

from collections.abc import Iterable, Iterator

from fastapi.routing import APIRoute


def api_routes(routes: Iterable[object]) -> Iterator[APIRoute]:
    """Also those behind another router."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        else:
            inner = getattr(route, "original_router", None) or getattr(route, "router", None)
            yield from api_routes(getattr(inner, "routes", []))
