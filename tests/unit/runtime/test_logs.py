"""Logs: fields given as extra arrive as fields, in both forms."""

import json
import logging
from collections.abc import Iterator

import pytest

from services.core.runtime.logs import configure_logging


@pytest.fixture(autouse=True)
def _root_logger_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def test_a_json_line_carries_the_fields(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("ingest", "json")
    logging.getLogger("x").info("Batch written.", extra={"event": "batch_written", "readings": 7})
    entry = json.loads(capsys.readouterr().err)
    assert entry["event"] == "batch_written"
    assert entry["readings"] == 7
    assert entry["service"] == "ingest"
    assert entry["message"] == "Batch written."
    assert entry["time"].endswith("+00:00")


def test_a_field_cannot_replace_the_message(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("ingest", "json")
    logging.getLogger("x").warning("Plain.", extra={"service": "other"})
    assert json.loads(capsys.readouterr().err)["service"] == "ingest"


def test_a_console_line_ends_with_the_fields(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("api")
    logging.getLogger("x").info("Stream opened.", extra={"event": "stream_opened", "open": 2})
    assert (
        capsys.readouterr()
        .err.rstrip()
        .endswith("INFO    api: Stream opened. event=stream_opened open=2")
    )


def test_an_exception_is_one_json_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("api", "json")
    try:
        raise ValueError("broken")
    except ValueError:
        logging.getLogger("x").exception("Failed.")
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert "ValueError: broken" in json.loads(lines[0])["exception"]


def test_lines_below_the_level_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("api", level="warning")
    logging.getLogger("x").info("Quiet.")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("form", ["console", "json"])
def test_s83_value_with_line_breaks_is_one_line(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging("api", form)
    forged = "x\r\n2026-11-26 ERROR forged \x1b[2J\u2028 冷"
    logging.getLogger("x").warning("Refused.", extra={"event": "refused", "address": forged})
    (line,) = capsys.readouterr().err.splitlines()
    assert "Refused." in line
    assert "\x1b" not in line
    assert "冷" in line
