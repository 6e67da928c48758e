"""What a person or a machine sees of a load run: a bar, and the table at its end."""

from __future__ import annotations

from types import TracebackType
from typing import Any

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from simulators.load.run import LoadRun

_COUNTS = (
    ("planned", "reports to be sent"),
    ("sent", "handed to the broker"),
    ("acknowledged", "answered by the broker with success (PUBACK)"),
    ("receipted", "stored by the service"),
    ("refused", "answered by the broker, not with success: nobody listens, or not allowed"),
    ("resent", "sent again after a connection was lost"),
    ("readings", "in the reports sent"),
    ("bytes", "in the reports sent"),
    ("reconnects", "connections that had to be made again"),
    ("registered", "boxes that the service did not know yet"),
)


class LoadReporter:
    """Progress on a terminal; the end for everybody."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json, self._out = as_json, Console()
        self._progress: Progress | None = None

    def __enter__(self) -> LoadReporter:
        screen = Console(stderr=True)
        if not self._as_json and screen.is_terminal:
            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
            self._progress = Progress(*columns, TimeElapsedColumn(), console=screen)
            self._progress.start()
            self._progress.add_task("connecting", total=None)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._progress is not None:
            self._progress.stop()

    def progress(self, what: str, done: int, total: int) -> None:
        if self._progress is not None:
            task = self._progress.task_ids[0]
            self._progress.update(task, description=what, completed=done, total=total)

    def end(self, run: LoadRun) -> None:
        """The whole account, also of a run that was broken off."""
        values = run.as_dict()
        if self._as_json:
            text = msgspec.json.encode({"event": "end", **values}).decode()
            self._out.print(text, markup=False, highlight=False, soft_wrap=True)
            return
        table = Table(
            title=f"Load: {run.meter.boxes:,} boxes over {run.meter.connections:,} connections"
        )
        for column in ("figure", "meaning"):
            table.add_column(column)
        table.add_column("value", justify="right")
        for name, meaning in _COUNTS:
            table.add_row(name, meaning, f"{values[name]:,}")
        for name, meaning, value in _figures(values):
            table.add_row(name, meaning, value)
        self._out.print(table)


def _figures(values: dict[str, Any]) -> list[tuple[str, str, str]]:
    rows = [
        ("sent/s", "from the first report to the last", _number(values["sent_per_s"])),
        ("receipted/s", "from the first report to the last receipt", _per_s(values)),
    ]
    for name, what in (("puback", "publish_to_puback"), ("receipt", "publish_to_receipt")):
        for key, value in values[what].items():
            label = f"{name} {key.removesuffix('_s')}"
            rows.append((label, f"publish → {name}", _seconds(value)))
    if ceiling := values["ceiling"]:
        rows += [
            ("own ceiling/s", "reports this program can send here", _number(ceiling["own_per_s"])),
            (
                "bare loop/s",
                "client library alone, bytes ready",
                _number(ceiling["bare_per_s"]),
            ),
            ("ratio", "own ceiling to bare loop", f"{ceiling['ratio']:.2f}"),
        ]
    return rows


def _per_s(values: dict[str, Any]) -> str:
    return _number(values["receipted_per_s"])


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.1f}"


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f} s"
