"""What `record` and `replay` share: signals, complaints, a bar on a terminal, the account."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from services.core.domain.errors import ColdlaneError

EXIT_FAILED, EXIT_USAGE, EXIT_NOT_MET, EXIT_INTERRUPTED = 1, 2, 4, 130
_LOOK_S = 0.2


def complain(command: str, error: ColdlaneError, code: int) -> int:
    """Say what is wrong and what to do; the code comes back."""
    text = f"{error}; {error.remedy}" if error.remedy else str(error)
    Console(stderr=True).print(f"coldlane simulate {command}: {text}", markup=False, soft_wrap=True)
    return code


async def until_told(
    work: Coroutine[Any, Any, None], for_s: float | None, look: Callable[[], None]
) -> int:
    """Run until done, for so long, or until a signal; the exit code. Raises our errors."""
    running = asyncio.create_task(work)
    received: list[int] = []

    def stop(number: int) -> None:
        received.append(number)
        running.cancel()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop, number)
    if for_s is not None:
        loop.call_later(for_s, running.cancel)
    looking = asyncio.create_task(_repeat(look))
    try:
        with suppress(asyncio.CancelledError):
            await running
    finally:
        looking.cancel()
    return EXIT_INTERRUPTED if signal.SIGINT in received else 0


async def _repeat(look: Callable[[], None]) -> None:
    while True:
        look()
        await asyncio.sleep(_LOOK_S)


@contextmanager
def bar(what: str, total: int | None, *, hidden: bool) -> Iterator[Callable[[int], None]]:
    """A progress bar where a person watches; called with how much is done."""
    screen = Console(stderr=True)
    if hidden or not screen.is_terminal:
        yield lambda done: None
        return
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=screen) as progress:
        task = progress.add_task(what, total=total)
        yield lambda done: progress.update(task, completed=done)


def tell(title: str, figures: Mapping[str, object], *, as_json: bool) -> None:
    """The account at the end."""
    out = Console()
    if as_json:
        text = msgspec.json.encode({"event": "end", **figures}).decode()
        out.print(text, markup=False, highlight=False, soft_wrap=True)
        return
    table = Table(title=title)
    table.add_column("figure")
    table.add_column("value", justify="right")
    for name, value in figures.items():
        table.add_row(name, f"{value:,}" if isinstance(value, int | float) else str(value))
    out.print(table)
