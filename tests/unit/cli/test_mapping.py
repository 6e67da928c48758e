"""`coldlane mapping check`: what is told, and with which exit code."""

import json
from pathlib import Path

from typer.testing import CliRunner, Result

from services.cli.app import app

GOLDEN = Path(__file__).parents[2] / "golden" / "formats" / "acme.toml"
TOPIC = "acme/TR7-000123/up"


def run(*arguments: str, message: str | None = None) -> Result:
    return CliRunner().invoke(app, list(arguments), input=message)


def test_good_file_tells_what_it_subscribes_to() -> None:
    done = run("mapping", "check", str(GOLDEN))
    assert done.exit_code == 0
    assert "acme-tr7  subscribes to acme/+/up" in done.stdout


def test_sample_is_shown_as_what_it_becomes() -> None:
    sample = ["--topic", TOPIC, "--sample", "-"]
    message = '{"data":[{"ts":1764000000,"t":40.1}]}'
    done = run("mapping", "check", str(GOLDEN), *sample, message=message)
    assert done.exit_code == 0
    shown = json.loads(done.stdout)
    assert (shown["box_id"], shown["grade"]) == ("BOX-0042", "acknowledged")
    assert shown["readings"][0]["temp_c"] == 4.5
    bad = run("mapping", "check", str(GOLDEN), *sample, message='{"data":[{"t":40.1}]}')
    assert bad.exit_code == 4
    assert json.loads(bad.stdout)["refused"][0]["field"] == "data[0].ts"


def test_file_that_is_wrong_stops_the_check_and_the_system(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(GOLDEN.read_text().replace('unit = "F"', 'unit = "Fahrenheit"'))
    for command in (["mapping", "check", str(wrong)], ["up", "--mapping", str(wrong)]):
        done = run(*command)
        assert done.exit_code == 2
        assert "line 13: device[0].fields.temp_c.unit" in done.stderr
