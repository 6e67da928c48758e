"""A whole system, a run of a scenario against it, and what `coldlane verify` found."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from tests.integration.local.running import RunningSystem, coldlane

Json = dict[str, Any]
Enough = Callable[["Held"], bool]


class Held:
    """What is left of a run: its totals, its truth, the comparison, and the database."""

    def __init__(
        self,
        system: RunningSystem,
        home: Path,
        scenario: str,
        *more: str,
        enough: Enough | None = None,
    ) -> None:
        """Let the scenario run to its own end, or until there is enough of it."""
        self._dsn = system.run["database_url"]
        truth, where = home / "truth.jsonl", ["--data-dir", str(system.folder)]
        simulate = ["simulate", scenario, *where, "--truth", str(truth), "--json", *more]
        done = coldlane(simulate, home, until=enough and (lambda: enough(self)))
        assert (done.returncode, done.stderr) == (0, "")
        self.totals: Json = json.loads(done.stdout.splitlines()[-1])
        verified = coldlane(["verify", str(truth), *where, "--json"], home)
        self.exit_code = verified.returncode
        self.found: Json = json.loads(verified.stdout)
        lines = [json.loads(line) for line in truth.read_text().splitlines()]
        self.payloads: list[Json] = [line for line in lines if line.get("is") == "payload"]

    def payload(self, number: str) -> tuple[Json, Json]:
        """Truth and score of a payload by its number in the scenario, such as 001."""
        (truth,) = (one for one in self.payloads if one["payload"].startswith(f"BAG-{number}."))
        (score,) = (one for one in self.found["payloads"] if one["name"] == truth["payload"])
        return truth, score

    def one(self, query: str) -> Any:
        """The first value of a query's first row."""
        with psycopg.connect(self._dsn) as connection:
            row = connection.execute(query).fetchone()
        assert row is not None
        return row[0]
