"""The exchange by the command line: a folder on a bad day, and a platform that fails."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.api.app import create_app
from services.api.serving import open_socket, serve
from services.cli.app import app as coldlane
from services.core.runtime.clock import FixedClock
from services.core.storage.database import Database
from tests.support.api import NOW, local_client, made, shipped, site
from tests.support.other_side import approval, booking, document, flaky_platform, spoil_folder


@pytest.fixture
async def url(database: Database) -> AsyncIterator[str]:
    """The address of an API with a site and two shipments."""
    app = create_app(FixedClock(NOW), database)
    async with local_client(app) as client:
        await made(client, "/sites", site())
        for number in (1, 2):
            await shipped(client, number)
    listening = open_socket("127.0.0.1", 0)
    task = asyncio.create_task(serve(app, listening))
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def said(url: str, *arguments: str) -> tuple[int, str, str]:
    """The exit code, stdout and stderr of a command, while this loop serves the API."""
    line = ["customs-exchange", *arguments, "--api-url", url]
    result = await asyncio.to_thread(CliRunner().invoke, coldlane, line)
    return result.exit_code, result.stdout, result.stderr


async def test_a_folder_on_a_bad_day_gives_all_that_is_good_in_it(url: str, tmp_path: Path) -> None:
    spoil_folder(tmp_path, document(approval(), booking()))
    nothing = {"waiting": 0, "overtaken": 0, "refused": 0}
    await said(url, "import", str(tmp_path))
    code, out, err = await said(url, "import", str(tmp_path), "--json")
    assert (code, json.loads(out)) == (1, {"taken": 3, **nothing, "unreadable": 3})
    for name, remedy in (
        ("2-half.json", "send the whole file again"),
        ("3-gb.json", "--encoding gb18030"),
        ("6-half.csv", "send the whole file again"),
    ):
        assert any(name in line and remedy in line for line in err.splitlines()), err
    apart = tmp_path / "gb"
    apart.mkdir()
    (tmp_path / "3-gb.json").rename(apart / "3-gb.json")
    code, out, _ = await said(url, "import", str(apart), "--encoding", "gb18030", "--json")
    assert (code, json.loads(out)["taken"]) == (0, 1)


async def test_bookings_go_out_as_a_whole_file_and_to_a_platform_that_fails_at_first(
    url: str, tmp_path: Path
) -> None:
    (tmp_path / "in.json").write_text(json.dumps(document(booking())), encoding="utf-8")
    await said(url, "import", str(tmp_path))
    out = tmp_path / "out"
    out.mkdir()
    days = ("--site", "PVG", "--from", "2026-11-22T00:00:00Z")
    code, path, _ = await said(url, "export", str(out), *days)
    (file,) = out.iterdir()
    assert (code, path.strip()) == (0, str(file))
    (written,) = json.loads(file.read_text())["messages"]
    assert (written["state"], written["start"]) == ("held", "2026-11-22T14:00:00Z")
    with flaky_platform() as (platform, address):
        code, told, _ = await said(url, "send", address, *days)
    assert (code, told.strip(), platform.asked) == (0, "1 sent", 3)
    assert platform.taken == [written, written]
