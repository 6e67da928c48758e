"""`coldlane up` as a whole: one line, no process left, twice on the same data, killed in parts."""

import json
import os
import re
import shutil
import signal
import socket
import stat
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest

from tests.integration.local.running import (
    RunningSystem,
    clean_environment,
    coldlane,
    eventually,
    processes_of,
    up,
)
from tests.support.listening import LOOPBACK, listening_ports

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]

PROGRAMS = ["ingest", "alerts", "api"]


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSystem]:
    system = up(tmp_path_factory.mktemp("system") / "data")
    yield system.await_ready()
    system.end()


def test_it_says_one_line_and_the_page_answers(system: RunningSystem) -> None:
    assert system.line == f"Coldlane is ready: {system.run['page_url']}\n"
    assert system.run["page_url"].startswith("http://localhost:")
    page = httpx.get(system.run["api_url"] + "/live", trust_env=False, timeout=60)
    assert page.status_code == 200


def test_what_it_writes_about_itself_is_its_owners_alone(system: RunningSystem) -> None:
    assert stat.S_IMODE((system.folder / "run.json").stat().st_mode) == 0o600
    assert set(system.run["parts"]) == {"postgres", "broker", *PROGRAMS}


def test_s80_no_secret_stands_in_the_list_of_processes(system: RunningSystem) -> None:
    """Whoever may run `ps` reads command lines; the environment is its owner's alone."""
    lines = processes_of(system.folder)
    told = b"".join(Path(f"/proc/{pid}/environ").read_bytes() for pid in lines).decode()
    known = set(re.findall(r"://[^:/@\s]+:([^@/\s\0]+)@", told))
    assert known, "services reach the database with a password"
    assert [line for line in lines.values() if any(one in line for one in known)] == []
    assert [line for line in lines.values() if re.search(r"://[^:/@\s]+:[^@/\s]+@", line)] == []


def test_s11_nothing_that_up_starts_listens_beyond_this_machine(system: RunningSystem) -> None:
    """The database, the broker, the pages and whatever else of it has a port."""
    found: dict[int, tuple[str, str]] = {}
    for pid, line in processes_of(system.folder).items():
        with suppress(FileNotFoundError):  # it has ended meanwhile
            found |= {port: (address, line) for address, port in listening_ports(pid)}
    ports = {int(urlsplit(system.run[name]).port or 0) for name in ("api_url", "mqtt_url")}
    assert ports <= found.keys()
    assert {at: line for at, line in found.values() if at not in LOOPBACK} == {}


def test_a_box_is_registered_from_the_command_line(system: RunningSystem, tmp_path: Path) -> None:
    arguments = ["--data-dir", str(system.folder), "--json"]
    said = coldlane(["box", "create", "CB-0042", *arguments], tmp_path)
    assert said.returncode == 0, said.stderr
    box = json.loads(said.stdout)
    assert box["topics"]["telemetry"] == f"cl/v1/{box['shard']:02x}/CB-0042/telemetry"


def test_a_box_that_exists_already_is_refused_in_a_sentence(
    system: RunningSystem, tmp_path: Path
) -> None:
    command = ["box", "create", "CB-0043", "--data-dir", str(system.folder)]
    assert coldlane(command, tmp_path).returncode == 0
    again = coldlane(command, tmp_path)
    assert again.returncode == 1
    assert "CB-0043" in again.stderr
    assert again.stdout == ""


def test_a_key_is_printed_alone_used_and_revoked(system: RunningSystem, tmp_path: Path) -> None:
    here = ["--data-dir", str(system.folder)]
    names = ["--name", "Sponsor QA", "--country", "CN", "--kind", "sponsor"]
    assert coldlane(["organisation", "create", "qa", *names, *here], tmp_path).returncode == 0
    wanted = ["--organisation", "qa", "--role", "auditor"]
    made = coldlane(["key", "create", *wanted, *here], tmp_path)
    assert made.returncode == 0, made.stderr
    key = made.stdout.removesuffix("\n")
    assert (len(key), key.count("\n"), made.stderr) == (55, 0, "")
    with_key = {**clean_environment(tmp_path), "COLDLANE_API_KEY": key}
    listed = coldlane(["key", "list", *here, "--json"], tmp_path, with_key)
    held = {f"cl_{one['prefix']}": one["name"] for one in json.loads(listed.stdout)["items"]}
    assert (listed.returncode, held[key[:11]]) == (0, "auditor of qa")
    ending = ["key", "revoke", key[:11], "--reason", "tried", *here]
    refused = coldlane(ending, tmp_path, with_key)
    assert (refused.returncode, "may not" in refused.stderr) == (1, True)
    assert coldlane(ending, tmp_path).returncode == 0
    assert coldlane(["key", "list", *here], tmp_path, with_key).returncode == 1


def test_an_end_that_cannot_be_read_is_wrong_use(system: RunningSystem, tmp_path: Path) -> None:
    wanted = ["--organisation", "qa", "--role", "auditor", "--expires", "soon"]
    said = coldlane(["key", "create", *wanted, "--data-dir", str(system.folder)], tmp_path)
    assert (said.returncode, said.stdout) == (2, "")
    assert "90d" in said.stderr


def test_the_doctor_finds_a_running_system_well(system: RunningSystem, tmp_path: Path) -> None:
    said = coldlane(["doctor", "--data-dir", str(system.folder), "--json"], tmp_path)
    checks = {check["name"]: check for check in json.loads(said.stdout)["checks"]}
    assert {name: checks[name]["outcome"] for name in (*PROGRAMS, "database", "broker")} == (
        dict.fromkeys((*PROGRAMS, "database", "broker"), "ok")
    )
    assert said.returncode == 0
    assert system.run["database_url"].split(":")[2].split("@")[0] not in said.stdout


def test_the_schema_of_a_running_system_is_current(system: RunningSystem, tmp_path: Path) -> None:
    said = coldlane(["db", "check", "--data-dir", str(system.folder)], tmp_path)
    assert said.returncode == 0, said.stderr


def test_a_second_system_on_the_same_folder_is_refused(
    system: RunningSystem, tmp_path: Path
) -> None:
    said = coldlane(["up", "--data-dir", str(system.folder)], tmp_path)
    assert said.returncode == 1
    assert system.run["page_url"] in said.stderr
    assert said.stdout == ""


@pytest.mark.parametrize("option", ["--api-port", "--mqtt-port"])
def test_a_taken_port_is_named_with_another_one_to_try(option: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ports = {"--api-port": "0", "--mqtt-port": "0", option: str(port)}
        words = [word for pair in ports.items() for word in pair]
        said = coldlane(["up", "--data-dir", str(tmp_path / "data"), *words], tmp_path)
    assert said.returncode == 1
    assert f"{option} {port + 1}" in said.stderr
    assert processes_of(tmp_path / "data") == {}


@pytest.mark.parametrize("name", [*PROGRAMS, "broker", "postgres"])
def test_a_killed_part_comes_back(name: str, system: RunningSystem) -> None:
    before = system.run["parts"][name]
    os.kill(before, signal.SIGKILL)

    def is_back() -> bool:
        url = system.run["api_url"] + "/readyz"
        if system.run["parts"].get(name) in (None, before):
            return False
        try:
            return httpx.get(url, trust_env=False, timeout=10).status_code == 200
        except httpx.HTTPError:
            return False

    assert eventually(is_back, within_s=60)


def test_a_demonstration_refuses_real_shipments(system: RunningSystem, tmp_path: Path) -> None:
    """The same database under another `up`, which must find the shipment before any box."""
    with psycopg.connect(system.run["database_url"]) as connection:
        connection.execute(
            "INSERT INTO shipment (shipment_id, reference, product, created_at, simulated)"
            " VALUES (gen_random_uuid(), 'REAL-1', 'a product', '2026-11-22Z', false)"
        )
    environment_url = system.run["database_url"]
    other = ["up", "--demo", "2", "--data-dir", str(tmp_path / "demo")]
    said = coldlane(
        [*other, "--api-port", "0", "--mqtt-port", "0"],
        tmp_path,
        {**os.environ, "COLDLANE_DATABASE_URL": environment_url},
    )
    assert said.returncode == 1
    assert "real shipments" in said.stderr
    assert processes_of(tmp_path / "demo") == {}


def test_it_ends_cleanly_and_goes_on_with_the_same_data(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    first = up(folder).await_ready()
    create = ["box", "create", "CB-0001", "--data-dir", str(folder)]
    assert coldlane(create, tmp_path).returncode == 0
    assert first.end(signal.SIGINT) == (0, "")
    assert processes_of(folder) == {}
    assert not (folder / "run.json").exists()

    second = up(folder).await_ready()
    boxes = httpx.get(second.run["api_url"] + "/api/v1/boxes", trust_env=False, timeout=60).json()[
        "items"
    ]
    assert [box["box_id"] for box in boxes] == ["CB-0001"]
    assert second.end() == (0, "")
    assert processes_of(folder) == {}


def test_killing_up_itself_leaves_no_process_and_the_next_one_starts(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    first = up(folder).await_ready()
    first.process.kill()
    first.process.communicate()
    second = up(folder).await_ready()  # while the orphaned server may still be closing
    known = {second.process.pid, *second.run["parts"].values()}
    assert eventually(lambda: not _strangers(folder, known))
    assert second.end() == (0, "")
    assert processes_of(folder) == {}


def _strangers(folder: Path, known: set[int]) -> dict[int, str]:
    """Programs of ours that this run did not start; PostgreSQL's own workers do not count."""
    return {
        pid: words
        for pid, words in processes_of(folder).items()
        if pid not in known and "python" in words
    }


def test_a_demonstration_is_ready_when_its_boxes_are(tmp_path: Path) -> None:
    system = up(tmp_path / "data", "--demo", "3", "--clock-rate", "60").await_ready()
    api = system.run["api_url"] + "/api/v1"
    shipments = httpx.get(api + "/shipments?sort=slack", trust_env=False, timeout=60).json()[
        "items"
    ]
    assert len(shipments) == 3
    assert all(shipment["simulated"] for shipment in shipments)
    seconds = [_seconds_ahead(system.run["api_url"]) for _ in range(2)]
    assert seconds[1] > seconds[0] > 60  # every part reads the simulated clock
    assert system.end() == (0, "")
    assert processes_of(tmp_path / "data") == {}


def _seconds_ahead(api_url: str) -> float:
    """How far the stream's clock is ahead of ours."""
    with httpx.stream("GET", api_url + "/api/v1/stream", trust_env=False) as stream:
        data = next(line for line in stream.iter_lines() if line.startswith("data:"))
    told = datetime.fromisoformat(json.loads(data[5:])["server_time"])
    return (told - datetime.now(UTC)).total_seconds()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become somebody else")
def test_it_runs_for_an_ordinary_user(ordinary_home: Path) -> None:
    system = up(ordinary_home / "data", user="daemon", python="/usr/bin/python3").await_ready()
    owners = {Path(f"/proc/{pid}").stat().st_uid for pid in system.run["parts"].values()}
    assert 0 not in owners
    assert system.end() == (0, "")


@pytest.fixture
def ordinary_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home of the user `daemon` outside pytest's own folders, which are root's alone."""
    home = Path(tempfile.mkdtemp())
    shutil.chown(home, "daemon", "daemon")
    yield home
    shutil.rmtree(home)
