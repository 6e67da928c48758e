"""Record and replay from the command line over a real Mosquitto, with ingest where it matters."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from services.core.storage.database import Database
from simulators.record.tape import read_tape
from tests.support.ingesting import a_box, a_reading, eventually, register, rows, running_ingest
from tests.support.waiting import wait_until

MAP = """
box_id = "LOGGER-01"
[columns]
time = "time"
temperature = "celsius"
[time]
clock = "synced"
"""


def simulate(command: str, *arguments: str) -> "subprocess.Popen[str]":
    line = [sys.executable, "-m", "simulators", command, *arguments]
    return subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(program: "subprocess.Popen[str]") -> tuple[int, dict[str, Any]]:
    said, complaint = program.communicate(timeout=60)
    assert complaint == ""
    document: dict[str, Any] = json.loads(said)
    return program.returncode, document


def test_a_recording_of_a_replay_is_the_same_bytes(mosquitto_url: str, tmp_path: Path) -> None:
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    with a_box(mosquitto_url, "CB-0001") as box:
        recording = simulate("record", "--mqtt-url", mosquitto_url, "--out", str(first), "--json")
        wait_until(lambda: _heard(box, first), seconds=30, what="the first message")
        box.publish(b"\xff not JSON")
        wait_until(
            lambda: list(read_tape(first))[-1].payload == b"\xff not JSON", seconds=60, what="it"
        )
        recording.terminate()
        code, account = ended(recording)
    assert code == 0
    assert account["messages"] == len(list(read_tape(first)))

    recording = simulate("record", "--mqtt-url", mosquitto_url, "--out", str(second), "--json")
    wait_until(lambda: second.exists() and second.stat().st_size > 0, seconds=30, what="a tape")
    while not _replayed(mosquitto_url, first, second):
        pass
    recording.terminate()
    ended(recording)
    wanted = [(message.topic, message.payload) for message in read_tape(first)]
    found = [(message.topic, message.payload) for message in read_tape(second)]
    assert found[-len(wanted) :] == wanted


def _heard(box: Any, tape: Path) -> bool:
    box.send(a_reading())
    return tape.exists() and tape.stat().st_size > 0 and bool(list(read_tape(tape)))


def _replayed(mosquitto_url: str, tape: Path, into: Path) -> bool:
    """Until the second recorder listens, a replay goes nowhere."""
    play = simulate("replay", str(tape), "--mqtt-url", mosquitto_url, "--speed", "max", "--json")
    code, account = ended(play)
    assert code in {0, 4}
    assert account["sent"] == account["messages"]
    return len(list(read_tape(into))) >= len(list(read_tape(tape)))


async def test_a_csv_export_is_stored_once_however_often_it_is_replayed(
    database: Database, mosquitto_url: str, tmp_path: Path
) -> None:
    export, mapping = tmp_path / "export.csv", tmp_path / "map.toml"
    lines = [
        f"2026-11-22T{hour:02}:{minute:02}:00Z,5.{hour}"
        for hour in range(3)
        for minute in range(0, 60, 5)
    ]
    export.write_text("\n".join(["time,celsius", *lines]) + "\n")
    mapping.write_text(MAP)
    await register(database, "LOGGER-01")

    async with running_ingest(database, mosquitto_url):
        for _ in range(2):
            arguments = (str(export), "--map", str(mapping), "--speed", "max", "--json")
            play = simulate("replay", *arguments, "--mqtt-url", mosquitto_url)
            code, account = await asyncio.to_thread(ended, play)
            assert (code, account["refused"], account["boxes"]) == (0, 0, 1)

        async def stored() -> bool:
            return len(await rows(database, "SELECT seq FROM reading")) == len(lines)

        await eventually(stored, what="the export to be stored")
    assert await rows(database, "SELECT 1 FROM rejected_message") == []
    assert await rows(database, "SELECT 1 FROM key_conflict") == []


def test_a_wrong_line_is_told_before_anything_is_sent(tmp_path: Path) -> None:
    export, mapping = tmp_path / "export.csv", tmp_path / "map.toml"
    export.write_text("time,celsius\nyesterday,5\n")
    mapping.write_text(MAP)
    play = simulate("replay", str(export), "--map", str(mapping), "--mqtt-url", "mqtt://x:1")
    said, complaint = play.communicate(timeout=60)
    assert (play.returncode, said) == (2, "")
    assert "export.csv:2: column 'time'" in complaint
    assert "correct it" in complaint
