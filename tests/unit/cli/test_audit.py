"""What `coldlane audit export` writes into a table."""

import io
import json

import pytest

from services.cli.audit import _write_lines, _write_table, cell

_ENTRY = {
    "id": 1,
    "position": 1,
    "at": "2026-11-22T12:00:00Z",
    "sealed_at": None,
    "principal_id": "chen.yu",
    "source": "loopback",
    "action": "create",
    "entity": "box",
    "entity_id": '=HYPERLINK("http://x")',
    "before": None,
    "after": {"n": 1},
    "reason": "@sum, 超温",
    "hash": "00",
}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_s54_text_never_becomes_a_formula(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("value", [1, -1.5, None, "plain", "a=b"])
def test_other_values_stay_as_they_are(value: object) -> None:
    assert cell(value) == value


def test_a_table_has_a_line_an_entry_and_one_of_names() -> None:
    stream = io.StringIO()
    assert _write_table(iter([_ENTRY]), stream) == 1
    names, line = stream.getvalue().split("\r\n")[:2]
    assert names.startswith("id,position,at,sealed_at,principal_id")
    assert line.startswith("1,1,2026-11-22T12:00:00Z,,chen.yu")
    assert "'=HYPERLINK" in line
    assert '"\'@sum, 超温"' in line


def test_lines_are_one_json_object_each() -> None:
    stream = io.StringIO()
    assert _write_lines(iter([_ENTRY, _ENTRY]), stream) == 2
    assert [json.loads(line) for line in stream.getvalue().splitlines()] == [_ENTRY, _ENTRY]
