"""The same by the command line: an authority, a broker, a box that is enrolled and shut out."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.api.app import create_app
from services.api.serving import open_socket, serve
from services.cli.app import app as coldlane
from services.core.runtime.clock import SystemClock
from services.core.storage.database import Database
from services.local.ports import free_port
from services.local.trust.authority import Authority
from services.local.trust.broker_folder import BrokerPlan
from tests.support.api import box, local_client, made
from tests.support.brokers import MosquittoBroker
from tests.support.guarded import TAKEN, Guarded, a_guest
from tests.support.waiting import wait_until


@pytest.fixture
async def url(database: Database) -> AsyncIterator[str]:
    app = create_app(SystemClock(), database)
    async with local_client(app) as client:
        await made(client, "/boxes", box("CB-0001"))
        await made(client, "/boxes", box("CB-0002"))
    listening = open_socket("127.0.0.1", 0)
    task = asyncio.create_task(serve(app, listening))
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    task.cancel()
    await asyncio.wait([task])


async def said(*arguments: str) -> tuple[int, str, str]:
    result = await asyncio.to_thread(CliRunner().invoke, coldlane, list(arguments))
    return result.exit_code, result.stdout, result.stderr


async def test_box_is_enrolled_renewed_and_shut_out_by_commands(
    url: str, mosquitto_program: str, tmp_path: Path
) -> None:
    here, port = ("--data-dir", str(tmp_path)), free_port()
    assert (await said("ca", "init", *here))[0] == 0
    assert (await said("ca", "init", *here))[0] == 1, "a key is never written over"
    code, out, _ = await said("broker", "config", "--host", "127.0.0.1", "--port", str(port), *here)
    assert code == 0
    assert re.search(rf"COLDLANE_MQTT_URL=mqtts://127.0.0.1:{port}", out)

    api = ("--api-url", url, *here)
    assert (await said("box", "enrol", "CB-0001", "CB-0002", *api))[0] == 0
    assert (await said("box", "enrol", "CB-0404", *api))[0] == 3
    data = tmp_path / "broker-data"
    data.mkdir()
    shipped = tmp_path / "mosquitto" / "mosquitto.conf"
    broker = MosquittoBroker(program=mosquitto_program, home=data, shipped=shipped, port=port)
    broker.start()
    guarded = Guarded(
        authority=Authority(tmp_path / "ca"),
        broker=broker,
        plan=BrokerPlan(folder=tmp_path / "mosquitto", port=port),
        identities=tmp_path / "boxes",
    )
    try:
        await _goes_in_and_out(guarded, api)
    finally:
        broker.stop()


async def _goes_in_and_out(guarded: Guarded, api: tuple[str, ...]) -> None:
    _, listed, _ = await said("box", "certificates", "CB-0001", *api)
    old = listed.split()[0]
    assert (await said("box", "enrol", "CB-0001", *api))[0] == 0
    renewed = ("--serial", old, "--reason", "renewed", *api)
    assert (await said("box", "revoke", "CB-0001", *renewed))[0] == 0
    with a_guest(guarded, "CB-0001") as box, a_guest(guarded, "CB-0002") as other:
        assert box.is_in
        code, _, err = await said("box", "revoke", "CB-0001", "--reason", "lost", *api)
        assert (code, "shut out" in err) == (0, True)
        await asyncio.to_thread(wait_until, lambda: not box.is_in, seconds=60, what="its end")
        assert other.publish("cl/v1/00/CB-0002/telemetry") in TAKEN
    with a_guest(guarded, "CB-0001") as box:
        assert not box.is_in
