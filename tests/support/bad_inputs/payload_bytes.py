"""Section 1: the bytes of a message, its shape and its texts (cases 1 to 33)."""

from __future__ import annotations

import gzip
import json
from typing import Any

from tests.support.bad_inputs.case import (
    AT,
    BOOT,
    Case,
    batch,
    good,
    partly,
    reading,
    refused,
    written,
)

GOOD = written()
_CUTS = {"third": len(GOOD) // 3, "half": len(GOOD) // 2, "last": len(GOOD) - 1}
_CBOR = bytes.fromhex("a561760164626f6f746839663363323161616373657101")
_INJECTIONS = {
    "script": "<script>alert(1)</script>",
    "sql": "'; DROP TABLE reading; --",
    "format": "%s%n{0.__class__}",
    "crlf": "a\r\nERROR forged line",
    "ansi": "\x1b[2J\x1b[31mred",
}
_MANY: list[dict[str, Any]] = [{} for _ in range(500)]

NOT_A_MESSAGE = [
    refused(1, "empty", "no bytes", b"", "empty"),
    refused(2, "one-byte", "one byte", b"x", "not_json"),
    refused(3, "white-space", "white space only", b"  \n\t", "not_json"),
    refused(4, "null", "`null`", b"null", "wrong_type"),
    refused(5, "list", "`[]`", b"[]", "wrong_type"),
    refused(6, "text", '`""`', b'""', "wrong_type"),
    refused(7, "true", "`true`", b"true", "wrong_type"),
    refused(8, "number", "a number alone", b"17", "wrong_type"),
    *(
        refused(9, f"cut-{name}", f"cut short ({name})", GOOD[:length], "not_json")
        for name, length in _CUTS.items()
    ),
    refused(10, "trailing-bytes", "bytes after the document", GOOD + b" x", "not_json"),
    refused(11, "two-documents", "two documents", GOOD + GOOD, "not_json"),
    refused(12, "byte-order-mark", "byte order mark", b"\xef\xbb\xbf" + GOOD, "not_json"),
    refused(13, "utf-16", "UTF-16", GOOD.decode().encode("utf-16"), "bad_text"),
    refused(14, "not-utf-8", "bytes that are no UTF-8", b"\xff\x00 not a message", "bad_text"),
    refused(17, "nested-brackets", "100,000 brackets", b"[" * 100_000, "too_deep"),
    refused(17, "nested-objects", "20,000 objects in objects", b'{"a":' * 20_000, "too_deep"),
    good(
        17,
        "nested-unknown-field",
        "an unknown field of 300 brackets",
        written(new="[" * 300 + "]" * 300),
    ),
    refused(18, "5000-digits", "a number of 5,000 digits", written(seq="9" * 5000), "not_json"),
    refused(24, "256-kib", "256 KiB", b" " * (262_144 - len(GOOD)) + GOOD, "too_large"),
    refused(26, "gzip", "gzip", gzip.compress(GOOD, mtime=0), "bad_text"),
    refused(26, "cbor", "CBOR", _CBOR, "bad_text"),
    refused(33, "bomb", "a compressed bomb", gzip.compress(b" " * 50_000_000, mtime=0), "bad_text"),
]

TEXTS = [
    partly(15, "half-a-pair", "half a surrogate pair in a text of ours",
           written(probe='"\\ud800"'), "bad_value", "probe"),
    good(15, "half-a-pair-unknown", "half a surrogate pair in an unknown field",
         written(new='"\\ud800"'), note="the unknown field is counted, not kept"),
    refused(15, "half-a-pair-as-version", "half a surrogate pair in the place of the version",
            written(v='"\\ud800"'), "bad_value", "v"),
    partly(15, "half-a-pair-as-name", "half a surrogate pair as the name of a field",
           written(**{"\\ud800": "1"}), "bad_value", "\\ud800"),
    partly(15, "half-a-pair-in-a-channel", "half a surrogate pair as the name of a channel's field",
           written(channels='[{"probe":"q","temp_c":4,"\\udfff":1}]'), "bad_value", "channels[0]"),
    partly(16, "u-0000", "U+0000 in a text of ours",
           written(probe='"a\\u0000b"'), "bad_value", "probe"),
    good(16, "u-0000-unknown", "U+0000 in an unknown field", written(new='"a\\u0000b"'),
         note="the unknown field is counted, not kept"),
    *(
        partly(32, f"{name}-as-probe", f"{name} in `probe`", reading(probe=value),
               "bad_value", "probe")
        for name, value in _INJECTIONS.items()
    ),
    *(
        refused(32, f"{name}-as-boot", f"{name} in `boot`", reading(boot=value),
                "bad_value", "boot")
        for name, value in _INJECTIONS.items()
    ),
    *(
        good(32, f"{name}-unknown", f"{name} in an unknown field", reading(new=value),
             note="kept as it is; pages show it as text")
        for name, value in _INJECTIONS.items()
    ),
    *(
        good(32, f"{name}-in-detail", f"{name} in the detail of an event",
             written(temp_c=None, kind='"tilt"', detail=json.dumps({"why": value})), leaf="event")
        for name, value in _INJECTIONS.items()
    ),
    refused(32, "unknown-event", "an event of no known kind",
            written(temp_c=None, kind='"exploded"'), "bad_value", "kind", leaf="event"),
]  # fmt: skip

KEYS = [
    refused(19, "needed-key-twice", "`temp_c` twice", GOOD[:-1] + b',"temp_c":9}',
            "duplicate_key", "temp_c"),
    refused(19, "equal-key-twice", "`seq` twice, equal", GOOD[:-1] + b',"seq":1}',
            "duplicate_key", "seq"),
    partly(19, "other-key-twice", "`battery_pct` twice",
           GOOD[:-1] + b',"battery_pct":80,"battery_pct":20}', "duplicate_key", "battery_pct"),
    partly(19, "unknown-key-twice", "an unknown key twice",
           GOOD[:-1] + b',"new":1,"new":2}', "duplicate_key", "new"),
    partly(19, "key-twice-in-channel", "`temp_c` twice in a channel",
           written(channels='[{"probe":"a","temp_c":1,"temp_c":2}]'),
           "duplicate_key", "channels[0].temp_c"),
    good(20, "unknown-field", "an unknown field", reading(co2_ppm=412),
         note="kept beside the reading, counted"),
    *(
        refused(21, f"without-{name.replace('_', '-')}", f"without `{name}`",
                written(**{name: None}), "missing_field", name)
        for name in ("v", "boot", "seq", "t", "temp_c")
    ),
    refused(21, "event-without-kind", "an event without `kind`", written(temp_c=None),
            "missing_field", "kind", leaf="event"),
    refused(21, "status-without-state", "a status without `state`", b'{"v":1}',
            "missing_field", "state", leaf="status"),
    *(
        refused(22, f"{name.replace('_', '-')}-of-another-type", f"an object for `{name}`",
                written(**{name: "{}"}), reason, name)
        for name, reason in (
            ("v", "version"), ("boot", "wrong_type"), ("seq", "wrong_type"),
            ("t", "bad_time"), ("temp_c", "wrong_type"), ("box_id", "wrong_type"),
        )
    ),
    *(
        partly(22, f"{name.replace('_', '-')}-of-another-type", f"text for `{name}`",
               written(**{name: '"no"'}), reason, name)
        for name, reason in (
            ("start_seq", "wrong_type"), ("mono_ms", "wrong_type"), ("clock", "bad_value"),
            ("channels", "wrong_type"), ("ambient_c", "wrong_type"),
            ("pressure_hpa", "wrong_type"), ("lat", "wrong_type"), ("lon", "wrong_type"),
            ("acc_m", "wrong_type"), ("battery_pct", "wrong_type"), ("lid_open", "wrong_type"),
            ("tilt_deg", "wrong_type"), ("shock_g", "wrong_type"), ("rh_pct", "wrong_type"),
        )
    ),
    partly(22, "probe-of-another-type", "a number for `probe`", reading(probe=7),
           "wrong_type", "probe"),
    partly(22, "detail-of-another-type", "a list for `detail`",
           written(temp_c=None, kind='"tilt"', detail="[]"), "wrong_type", "detail", leaf="event"),
    refused(23, "upper-case-field", "`TEMP_C`",
            GOOD.replace(b"temp_c", b"TEMP_C"), "missing_field", "temp_c"),
    refused(23, "full-width-field", "`ｔｅｍｐ_c`",
            GOOD.replace(b"temp_c", "ｔｅｍｐ_c".encode()), "missing_field", "temp_c"),
    refused(27, "next-version", "version 2", reading(v=2), "version", "v"),
    refused(27, "version-as-text", "the version as text", reading(v="1"), "version", "v"),
]  # fmt: skip

BATCHES = [
    refused(28, "batch-of-0", "a batch of none",
            b'{"v":1,"boot":"%b","readings":[]}' % BOOT.encode(), "bad_value", "readings"),
    good(28, "batch-of-1", "a batch of one", batch({})),
    good(28, "batch-of-500", "the largest batch", batch(*_MANY), stored=500),
    refused(28, "batch-of-501", "one more than the largest", batch(*_MANY, {}),
            "too_many_readings", "readings"),
    refused(28, "batch-beside-reading", "a batch beside a reading",
            written(readings=f'[{{"seq":1,"t":"{AT}","temp_c":1}}]'), "bad_value", "seq"),
    partly(29, "one-bad-reading", "one bad reading among good ones",
           batch({}, {"t": "yesterday"}, {}), "bad_time", "readings[1].t", stored=2),
    partly(29, "one-bad-field", "one bad field in a batch",
           batch({}, {"battery_pct": 300}, {}), "out_of_range", "readings[1].battery_pct",
           stored=3),
    partly(29, "bad-envelope-field", "a bad `start_seq` beside good readings",
           batch({}, {}, start_seq=-1), "out_of_range", "start_seq", stored=2),
    refused(29, "no-good-reading", "a batch without one good reading",
            batch({"t": "yesterday"}, {"temp_c": None}), "bad_time", "readings[0].t"),
    good(30, "not-sorted", "a batch that is not sorted",
         batch({"seq": 9}, {"seq": 2}, {"seq": 5}), stored=3),
    good(31, "same-seq-equal", "the same number twice, equal", batch({"seq": 3}, {"seq": 3}),
         note="one row; the other is counted as a repeat"),
    good(31, "same-seq-different", "the same number twice, different",
         batch({"seq": 3}, {"seq": 3, "temp_c": 9}),
         note="the first stays, the other is kept as a key conflict"),
]  # fmt: skip

CASES: list[Case] = [*NOT_A_MESSAGE, *TEXTS, *KEYS, *BATCHES]
