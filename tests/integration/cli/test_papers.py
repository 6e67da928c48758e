"""Papers by the command line: a file is entered, sent again, and what is wrong in it is named."""

import asyncio
import json
from pathlib import Path

from typer.testing import CliRunner

from services.api.app import create_app
from services.api.serving import open_socket, serve
from services.cli.app import app as coldlane
from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from tests.support.api import NOW, local_client, made, shipped, site
from tests.support.papers import declaration, done, paper, plan


async def _said(*arguments: str) -> tuple[int, str, str]:
    """The exit code, stdout and stderr of a command, while this loop serves the API."""
    result = await asyncio.to_thread(CliRunner().invoke, coldlane, ["papers", *arguments])
    return result.exit_code, result.stdout, result.stderr


async def test_a_file_of_papers_is_entered_once_and_what_is_wrong_is_named(
    database: Database, tmp_path: Path
) -> None:
    app = create_app(FixedClock(NOW), database)
    async with local_client(app) as client:
        await made(client, "/sites", site())
        shipment = await shipped(client)
        await done(client, f"/shipments/{shipment['id']}/declaration", declaration())
    listening = open_socket("127.0.0.1", 0)
    task = asyncio.create_task(serve(app, listening))
    url = ("--api-url", f"http://127.0.0.1:{listening.getsockname()[1]}")
    file = tmp_path / "papers.json"
    file.write_text(json.dumps([paper(), plan(), paper("SI-2026-000002", risk_class="D")]))
    try:
        code, out, err = await _said("import", str(file), *url)
        assert (code, out.split()) == (1, ["2", "entered", "0", "there", "1", "refused"])
        assert "paper 3" in err
        assert "class" in err
        code, out, _ = await _said("import", str(file), *url, "--json")
        assert (code, json.loads(out)) == (1, {"entered": 0, "there": 2, "refused": 1})
        code, out, _ = await _said("list", "--holder", "Acme", *url)
        assert (code, len(out.splitlines())) == (0, 2)
        assert "PLAN-2026" in out
        assert "12 batch left" in out
        code, out, _ = await _said("missing", shipment["id"], *url)
        assert "special_item_approval: missing, with applicant since 2026-11-22T12:00:00Z" in out
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_file_that_is_no_list_is_wrong_use(tmp_path: Path) -> None:
    file = tmp_path / "papers.json"
    for text in ("{}", "[1]", "not json"):
        file.write_text(text)
        result = await asyncio.to_thread(
            CliRunner().invoke,
            coldlane,
            ["papers", "import", str(file), "--api-url", "http://[::1]:1"],
        )
        assert result.exit_code == 2, result.output
