"""`coldlane verify`: the comparison as a command."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.progress import Progress

from services.core.domain.errors import ColdlaneError, NotFound, Unavailable
from simulators.truth.document import Truth, read_truth
from simulators.verify.comparison import Comparison, Found
from simulators.verify.scores import add_up
from simulators.verify.table import show, tell_verdict

_FILE_WIDTH = 118
_EXIT_USAGE, _EXIT_NOT_FOUND, _EXIT_BROKEN, _EXIT_UNREACHABLE = 2, 3, 4, 5


def verify(
    file: Annotated[Path, typer.Argument(help="What `simulate run --truth FILE` wrote.")],
    api_url: Annotated[str, typer.Option(help="The service's API, such as http://localhost:8080.")],
    patience_s: Annotated[
        float, typer.Option(min=0, help="Seconds in which what is missing may still arrive.")
    ] = 20.0,
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Hold a running service against the truth of a simulated run.

    Exit code: 0 every bound holds, 4 one is broken, 5 the service does not answer, 3 no such file.
    """
    screen = Console(stderr=True)
    try:
        truth = read_truth(file)
        hide = json or not screen.is_terminal
        with Progress(console=screen, disable=hide, transient=True) as progress:
            task = progress.add_task("boxes compared", total=len(truth.boxes))
            found = _compare(truth, api_url, patience_s, lambda: progress.advance(task))
    except ColdlaneError as error:
        text = f"{error}; {error.remedy}" if error.remedy else str(error)
        screen.print(f"coldlane verify: {text}", markup=False, soft_wrap=True)
        raise typer.Exit(_code_of(error)) from None
    raise typer.Exit(_EXIT_BROKEN if _tell(truth, found, as_json=json) else 0)


def _compare(truth: Truth, api_url: str, patience_s: float, on_box: Callable[[], None]) -> Found:
    comparison = Comparison(api_url=api_url, truth=truth, patience_s=patience_s, on_box=on_box)
    return asyncio.run(comparison.run())


def _tell(truth: Truth, found: Found, *, as_json: bool) -> list[str]:
    """Print what was found; returns the bounds that are broken."""
    header, scores = truth.header, list(found.by_box(truth))
    total = add_up("all", scores)
    broken = [*total.broken(), *found.loudness.broken(header)]
    if not as_json:
        out = Console()
        out = out if out.is_terminal else Console(width=_FILE_WIDTH)
        show(out, header, scores, (total, found.loudness))
        tell_verdict(out, broken)
        return broken
    document = {
        "scenario": header.scenario,
        "seed": header.seed,
        "start": header.start,
        "ended_at": header.ended_at,
        "software": header.software,
        "broken": broken,
        "total": total.as_dict(),
        "loudness": found.loudness.as_dict(),
        "boxes": [score.as_dict() for score in scores],
        "payloads": [found.payloads[one.payload].as_dict() for one in truth.payloads],
    }
    text = msgspec.json.format(msgspec.json.encode(document), indent=2).decode()
    typer.echo(text)
    return broken


def _code_of(error: ColdlaneError) -> int:
    if isinstance(error, Unavailable):
        return _EXIT_UNREACHABLE
    return _EXIT_NOT_FOUND if isinstance(error, NotFound) else _EXIT_USAGE
