"""A logger's CSV export becomes the messages of a box, or an error that says where and what."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.core.domain.errors import Invalid
from services.core.wire.payload import TelemetryMessage, decode_telemetry
from simulators.record.export import read_export
from simulators.record.mapping import load_mapping
from simulators.record.shifting import Shift
from simulators.record.source import open_source
from simulators.record.tape import Message, TapeWriter

MAP = """
box_id = "LOGGER-01"
probe = "PT100-7"
temperature_unit = "F"
batch = 2
[columns]
time = "Date"
temperature = "Temp (F)"
[time]
format = "%d/%m/%Y %H:%M"
zone = "Asia/Shanghai"
[file]
missing = ["", "---"]
"""
CSV = """Date,Temp (F),Remark
22/11/2026 08:00,41,
22/11/2026 08:05,---,sensor busy
22/11/2026 08:10,42.8,
22/11/2026 08:15,41,
"""


def messages(folder: Path, csv: str = CSV, mapping: str = MAP) -> list[Message]:
    (folder / "export.csv").write_text(csv, "utf-8")
    (folder / "map.toml").write_text(mapping, "utf-8")
    return read_export(folder / "export.csv", load_mapping(folder / "map.toml"))


def decoded(message: Message) -> TelemetryMessage:
    return decode_telemetry(message.payload).message


def test_columns_units_and_zone_become_readings_in_batches(tmp_path: Path) -> None:
    first, second = map(decoded, messages(tmp_path))
    readings = [*first.readings, *second.readings]
    assert [reading.seq for reading in readings] == [0, 1, 2]
    assert [reading.temp_c for reading in readings] == [5.0, 6.0, 5.0]
    assert readings[0].t == datetime(2026, 11, 22, 0, 0, tzinfo=UTC)
    assert readings[0].probe == "PT100-7"


def test_the_same_file_gives_the_same_bytes_and_another_file_another_boot(tmp_path: Path) -> None:
    once, twice = messages(tmp_path), messages(tmp_path)
    other = messages(tmp_path, CSV + "22/11/2026 08:20,41,\n")
    assert once == twice
    assert decoded(once[0]).boot != decoded(other[0]).boot


def test_a_column_names_the_boxes(tmp_path: Path) -> None:
    csv = "Date,Temp (F),Unit\n22/11/2026 08:00,41,BOX-1\n22/11/2026 08:00,41,BOX-2\n"
    mapping = MAP.replace('box_id = "LOGGER-01"', "").replace(
        "[columns]", '[columns]\nbox_id = "Unit"'
    )
    found = messages(tmp_path, csv, mapping)
    assert [message.topic.split("/")[3] for message in found] == ["BOX-1", "BOX-2"]
    assert [decoded(message).readings[0].seq for message in found] == [0, 0]
    assert decoded(found[0]).boot != decoded(found[1]).boot


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("22/11/2026 08:10,5;1,", r"export\.csv:4: column 'Temp \(F\)': '5;1' is not a number"),
        ("2026-11-22 08:10,41,", r"export\.csv:4: column 'Date': .* is not a time as '%d"),
        ("22/11/2026 08:10,5,1,2", r"export\.csv:4: column '.*': the row goes on behind it"),
        ("22/11/2026 08:10", r"export\.csv:4: column 'Temp \(F\)': the row ends before it"),
        ("22/11/2026 08:10,99999,", r"export\.csv:4: column 'Temp \(F\)': the contract refuses"),
    ],
)
def test_an_error_names_file_line_column_and_remedy(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(Invalid, match=said) as caught:
        messages(tmp_path, CSV.replace("22/11/2026 08:10,42.8,", line))
    assert caught.value.remedy


def test_an_hour_that_the_clocks_left_out_is_refused(tmp_path: Path) -> None:
    mapping = MAP.replace("Asia/Shanghai", "Europe/Berlin")
    with pytest.raises(Invalid, match="does not exist in Europe/Berlin"):
        messages(tmp_path, "Date,Temp (F)\n29/03/2026 02:30,41\n", mapping)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ('zone = "Asia/Shanghi"', "there is no time zone"),
        ('zoen = "UTC"', "zoen"),
        ('zone = "UTC"\nclock = "good"', "clock"),
    ],
)
def test_a_mapping_is_refused_in_words_that_help(tmp_path: Path, changed: str, said: str) -> None:
    with pytest.raises(Invalid, match=said) as caught:
        messages(tmp_path, mapping=MAP.replace('zone = "Asia/Shanghai"', changed))
    assert caught.value.remedy


def test_a_column_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="'Temp") as caught:
        messages(tmp_path, CSV.replace("Temp (F)", "Temp"))
    assert "Date, Temp, Remark" in str(caught.value.remedy)


def test_a_shift_moves_times_and_boot_alike_every_time(tmp_path: Path) -> None:
    (message, *_) = messages(tmp_path)
    shift = Shift(timedelta(days=1))
    moved = shift.apply(message)
    assert shift.apply(message) == moved
    assert decoded(moved).readings[0].t - decoded(message).readings[0].t == timedelta(days=1)
    assert decoded(moved).boot != decoded(message).boot
    broken = Message(message.at, message.topic, b"\xff{")
    assert shift.apply(broken).payload == broken.payload
    assert Shift(timedelta()).apply(message) is message


def test_a_recording_reads_back_as_it_was_and_names_the_line_that_is_cut_off(
    tmp_path: Path,
) -> None:
    tape = tmp_path / "tape.jsonl"
    heard = [*messages(tmp_path), Message(datetime.now(UTC), "cl/v1/zz", b"\x00\xff")]
    with tape.open("wb") as file:
        writer = TapeWriter(file)
        for message in heard:
            writer.write(message)
    source = open_source(tape, None)
    assert list(source.read()) == heard
    assert (source.count, source.boxes) == (3, ("LOGGER-01",))

    tape.write_bytes(tape.read_bytes()[:-20])
    with pytest.raises(Invalid, match=r"tape\.jsonl:4: "):
        open_source(tape, None)
