"""What a person or a machine sees of a run: progress, the table at its end, JSON lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from types import TracebackType

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from simulators.counts import Totals
from simulators.rush import Rushed, table_of

_ROWS = (
    ("logged", "written to the boxes' logs"),
    ("sent", "handed to the broker, repeats counted"),
    ("acknowledged", "answered by the broker"),
    ("receipted", "stored by the service, gone from the logs"),
    ("resent", "sent more than once"),
    ("pending", "waiting to be sent"),
    ("unreceipted", "still in the logs"),
    ("refused", "answered by the broker, not with success"),
    ("reconnects", "connections that had to be made again"),
)


class Reporter:
    """Progress while it runs, on a terminal only; the end for everybody."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._out = Console()
        self._progress: Progress | None = None

    def __enter__(self) -> Reporter:
        screen = Console(stderr=True)
        if not self._as_json and screen.is_terminal:
            self._progress = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("sent {task.fields[sent]} · receipted {task.fields[receipted]}"),
                TimeElapsedColumn(),
                console=screen,
            )
            self._progress.start()
            self._progress.add_task("boxes with their past told", sent=0, receipted=0)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._progress is not None:
            self._progress.stop()

    def progress(self, totals: Totals) -> None:
        if self._progress is not None:
            self._progress.update(
                self._progress.task_ids[0],
                total=totals.boxes,
                completed=totals.handed_over,
                sent=totals.sent,
                receipted=totals.receipted,
            )

    def ready(self, totals: Totals) -> None:
        if self._as_json:
            self._line("ready", totals)

    def end(self, totals: Totals) -> None:
        if self._as_json:
            self._line("end", totals)
            return
        table = Table(title=f"Simulated fleet: {totals.boxes} boxes")
        table.add_column("records")
        table.add_column("number", justify="right")
        table.add_column("meaning")
        values = totals.as_dict()
        for name, meaning in _ROWS:
            table.add_row(name, f"{values[name]:,}", meaning)
        self._out.print(table)

    def rush(self, rows: Sequence[Rushed]) -> None:
        """What the inspections came to, beside every other order of service."""
        if not self._as_json:
            self._out.print(table_of(rows))
            return
        told = {"event": "rush", "orders": [asdict(row) for row in rows]}
        text = msgspec.json.encode(told).decode()
        self._out.print(text, markup=False, highlight=False, soft_wrap=True)

    def _line(self, event: str, totals: Totals) -> None:
        text = msgspec.json.encode({"event": event, **totals.as_dict()}).decode()
        self._out.print(text, markup=False, highlight=False, soft_wrap=True)
