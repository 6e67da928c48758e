"""The command line of the simulators: a scenario is named as a command is."""

from pathlib import Path

from typer.testing import CliRunner

from simulators.__main__ import app

ADDRESSES = ("--api-url", "http://127.0.0.1:9", "--mqtt-url", "mqtt://127.0.0.1:9")


def said(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, arguments, terminal_width=200)
    return result.exit_code, " ".join(result.output.split())


def test_what_is_no_command_is_a_scenario() -> None:
    code, text = said("quiet-night", *ADDRESSES)
    assert code == 2
    assert "quiet-night" in text
    assert "broken-fleet" in text, "it names those that there are"
    assert (code, text) == said("run", "--scenario", "quiet-night", *ADDRESSES)


def test_a_scenario_of_ones_own_is_named_the_same_way(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text("step_s = 'ten'\n", "utf-8")
    code, text = said(str(file), *ADDRESSES)
    assert code == 2
    assert "step_s" in text


def test_a_scenario_takes_the_options_of_a_run() -> None:
    code, text = said("broken-fleet", "--seed", "7", "--start", "yesterday", *ADDRESSES)
    assert code == 2
    assert "'yesterday' is not an instant" in text


def test_commands_stay_commands() -> None:
    code, text = said("list")
    assert code == 0
    assert "mishaps:" in text


def test_a_wrong_option_is_no_scenario() -> None:
    code, text = said("--seed", "7")
    assert code == 2
    assert "--seed" in text
