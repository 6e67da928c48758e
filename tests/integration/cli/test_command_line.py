"""The command line: quick, teaching, and failing in ways that scripts can tell apart."""

import json
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from services.cli import app
from services.local.ports import free_port

OF_EVERY_PROGRAM = {"--help", "--version", "--install-completion", "--show-completion"}
COMMANDS = ["up", "ingest", "alerts", "api", "simulate", "box", "key", "rejected", "db", "doctor"]


def coldlane(
    arguments: Sequence[str], home: Path, **settings: str
) -> "subprocess.CompletedProcess[str]":
    """Run the program with nothing but these settings."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "services.cli", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=home,
        env={
            "PATH": "/usr/bin:/bin",
            "HOME": str(home),
            "PYTHONPATH": str(Path(__file__).parents[3]),
            **settings,
        },
    )


def test_help_names_every_command_and_begins_with_two_examples(tmp_path: Path) -> None:
    said = coldlane(["--help"], tmp_path)
    assert said.returncode == 0
    assert [name for name in COMMANDS if f"\n  {name} " not in said.stdout] == []
    assert said.stdout.split("Options:")[0].count("    coldlane ") == 2


@pytest.mark.parametrize(
    "command",
    [
        ["up"],
        ["box", "create"],
        ["key", "create"],
        ["rejected", "list"],
        ["rejected", "reprocess"],
        ["db", "upgrade"],
        ["db", "check"],
        ["doctor"],
    ],
)
def test_each_command_teaches_with_examples(command: list[str], tmp_path: Path) -> None:
    said = coldlane([*command, "--help"], tmp_path)
    examples = said.stdout.split("Examples:")[1].split("Options:")[0].split("Arguments:")[0]
    assert examples.count(f"coldlane {' '.join(command)}") >= 2


def test_help_imports_no_service_no_database_and_no_broker() -> None:
    code = (
        "import sys, services.cli\n"
        "heavy = ['services.api', 'services.ingest', 'services.alerts', 'simulators',\n"
        "         'sqlalchemy', 'fastapi', 'paho', 'pydantic', 'httpx', 'rich']\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == "[]\n"


def test_help_costs_less_than_half_a_second_of_a_processor(tmp_path: Path) -> None:
    coldlane(["--help"], tmp_path)  # a first run may compile
    seconds = []
    for _ in range(5):
        begun = children_cpu_s()
        coldlane(["--help"], tmp_path)
        seconds.append(children_cpu_s() - begun)
    assert min(seconds) < 0.5


def children_cpu_s() -> float:
    """Processor time, not the clock on the wall: other programs may be busy."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_the_version_is_one_word_for_scripts(tmp_path: Path) -> None:
    assert coldlane(["--version"], tmp_path).stdout == "coldlane 0.1.0\n"


def test_wrong_use_ends_with_two(tmp_path: Path) -> None:
    assert coldlane(["up", "--api-port", "99999"], tmp_path).returncode == 2
    assert coldlane(["nonsense"], tmp_path).returncode == 2


def test_a_setting_that_cannot_be_read_is_named_and_its_value_is_not(tmp_path: Path) -> None:
    said = coldlane(["db", "check"], tmp_path, COLDLANE_DATABASE_URL="mysql://u:secret@h/d")
    assert said.returncode == 2
    assert "COLDLANE_DATABASE_URL" in said.stderr
    assert "secret" not in said.stderr


def test_a_box_without_a_running_system_ends_with_five_and_says_what_to_do(tmp_path: Path) -> None:
    said = coldlane(["box", "create", "CB-0007"], tmp_path)
    assert said.returncode == 5
    assert "coldlane up" in said.stderr
    assert said.stdout == ""


def test_an_api_that_does_not_answer_ends_with_five(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    assert coldlane(["box", "create", "CB-0007", "--api-url", url], tmp_path).returncode == 5


def test_reading_again_without_saying_what_is_wrong_use(tmp_path: Path) -> None:
    assert coldlane(["rejected", "reprocess"], tmp_path).returncode == 2


def test_a_database_that_does_not_answer_ends_with_five(tmp_path: Path) -> None:
    url = f"postgresql://u:secret@127.0.0.1:{free_port()}/d"
    said = coldlane(["db", "upgrade"], tmp_path, COLDLANE_DATABASE_URL=url)
    assert said.returncode == 5
    assert "COLDLANE_DATABASE_URL" in said.stderr
    assert "secret" not in said.stderr


def test_a_probe_without_a_kind_is_wrong_use(tmp_path: Path) -> None:
    arguments = ["box", "create", "CB-0007", "--probe", "SN-1", "--api-url", "http://127.0.0.1:1"]
    assert coldlane(arguments, tmp_path).returncode == 2


def test_a_doctor_who_finds_nothing_running_ends_with_five_and_masks_secrets(
    tmp_path: Path,
) -> None:
    settings = {
        "COLDLANE_DATABASE_URL": f"postgresql://u:secret@127.0.0.1:{free_port()}/d",
        "COLDLANE_MQTT_URL": f"mqtt://u:secret@127.0.0.1:{free_port()}",
    }
    said = coldlane(["doctor", "--json"], tmp_path, **settings)
    assert said.returncode == 5
    found = json.loads(said.stdout)
    outcomes = {check["name"]: check["outcome"] for check in found["checks"]}
    assert outcomes["database"] == outcomes["broker"] == "unreachable"
    assert found["settings"]["COLDLANE_MQTT_URL"].startswith("mqtt://u:***@127.0.0.1:")
    assert "secret" not in said.stdout + said.stderr


def test_every_command_and_option_is_documented(pytestconfig: pytest.Config) -> None:
    page = (pytestconfig.rootpath / "docs" / "reference" / "command-line.md").read_text()
    missing = [name for name in _options(get_command(app)) if f"`{name}`" not in page]
    assert missing == []
    assert [name for name in COMMANDS if f"coldlane {name}" not in page] == []


def _options(command: Any) -> set[str]:
    """Long options of a command and of everything below it, but for those of every command."""
    own = {
        option
        for parameter in command.params
        for option in parameter.opts
        if option.startswith("--")
    }
    below = getattr(command, "commands", {}).values()
    inner = [_options(child) for child in below]
    return set().union(own, *inner) - OF_EVERY_PROGRAM
