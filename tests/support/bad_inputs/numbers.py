"""Section 2: numbers and units (cases 34 to 65)."""

from __future__ import annotations

from math import inf, nextafter

from tests.support.bad_inputs.case import Case, batch, good, partly, reading, refused, written

_JUDGED = "in bounds, so stored as said; the verdict sees it"

CASES: list[Case] = [
    *(
        refused(number, f"{slug}-as-temperature", f"`{text}` for `temp_c`", written(temp_c=text),
                "not_json", "temp_c")
        for number, slug, text in (
            (34, "nan", "NaN"), (35, "infinity", "Infinity"), (36, "minus-infinity", "-Infinity"),
        )
    ),
    partly(34, "nan-as-ambient", "`NaN` for `ambient_c`", written(ambient_c="NaN"),
           "not_json", "ambient_c"),
    partly(34, "nan-in-unknown-field", "`NaN` in an unknown field", written(new="[1,NaN]"),
           "not_json", "new"),
    refused(34, "lower-case-nan", "`nan`, as C writes it", written(temp_c="nan"), "not_json"),
    refused(37, "nan-as-text", '`"NaN"`', written(temp_c='"NaN"'), "wrong_type", "temp_c"),
    refused(38, "too-large", "`1e400`", written(temp_c="1e400"), "out_of_range", "temp_c"),
    partly(38, "too-large-humidity", "`1e400` for `rh_pct`", written(rh_pct="1e400"),
           "out_of_range", "rh_pct"),
    good(39, "too-small", "`1e-400`", written(temp_c="1e-400"), note="stored as 0"),
    good(40, "minus-zero", "`-0.0`", written(temp_c="-0.0")),
    refused(41, "number-as-text", '`"4.2"`', written(temp_c='"4.2"'), "wrong_type", "temp_c"),
    refused(42, "comma", "`4,2`", written(temp_c="4,2"), "not_json"),
    refused(42, "comma-as-text", '`"4,2"`', written(temp_c='"4,2"'), "wrong_type", "temp_c"),
    refused(43, "full-width-digits", "full-width digits", written(temp_c="４"), "not_json"),
    refused(44, "true", "`true`", written(temp_c="true"), "wrong_type", "temp_c"),
    refused(45, "null", "`null`", written(temp_c="null"), "wrong_type", "temp_c"),
    refused(46, "unit-in-text", '`"4.2C"`', written(temp_c='"4.2C"'), "wrong_type", "temp_c"),
    good(47, "fahrenheit", "39.6 (degrees Fahrenheit)", reading(temp_c=39.6), note=_JUDGED),
    good(48, "kelvin", "277.35 (kelvin)", reading(temp_c=277.35), note=_JUDGED),
    refused(49, "below-absolute-zero", "−273.16", reading(temp_c=-273.16),
            "out_of_range", "temp_c"),
    good(50, "nitrogen-in-2-8", "−196 in a box for 2 to 8 °C", reading(temp_c=-196), note=_JUDGED),
    good(51, "power-on-value", "85.0, a sensor's power-on value", reading(temp_c=85.0),
         note=_JUDGED),
    good(52, "disconnected", "−127, a sensor that is not connected", reading(temp_c=-127),
         note=_JUDGED),
    good(53, "at-lower-bound", "exactly −273.15", reading(temp_c=-273.15)),
    good(53, "at-upper-bound", "exactly 1000", reading(temp_c=1000)),
    refused(53, "above-upper-bound", "the next number above 1000",
            written(temp_c=repr(nextafter(1000, inf))), "out_of_range", "temp_c"),
    refused(54, "exponent-for-seq", "`1e3` for `seq`", written(seq="1e3"), "wrong_type", "seq"),
    partly(54, "exponent-for-mono", "`1e3` for `mono_ms`", written(mono_ms="1e3"),
           "wrong_type", "mono_ms"),
    refused(55, "fraction-for-seq", "`1.0` for `seq`", written(seq="1.0"), "wrong_type", "seq"),
    refused(56, "negative-seq", "`seq` −1", reading(seq=-1), "out_of_range", "seq"),
    good(57, "largest-seq", "`seq` 2^53 − 1", reading(seq=2**53 - 1)),
    refused(57, "seq-too-large", "`seq` 2^53", reading(seq=2**53), "out_of_range", "seq"),
    refused(58, "2-63", "`seq` 2^63", reading(seq=2**63), "out_of_range", "seq"),
    refused(58, "2-64", "`seq` 2^64", reading(seq=2**64), "out_of_range", "seq"),
    good(59, "seq-goes-back", "`seq` going back within a boot", batch({"seq": 8}, {"seq": 3}),
         stored=2),
    good(60, "seq-jumps", "`seq` with a huge jump", batch({"seq": 3}, {"seq": 2**50}), stored=2,
         note="the hole is in the receipt until it is closed"),
    refused(61, "milli-degrees", "2,147,483.647, an overflown int32", reading(temp_c=2147483.647),
            "out_of_range", "temp_c"),
    good(62, "battery-101", "battery 101 %", reading(battery_pct=101),
         note="gauges read a little past their end; up to 110 is stored"),
    partly(62, "battery-111", "battery 111 %", reading(battery_pct=111),
           "out_of_range", "battery_pct"),
    partly(62, "battery-negative", "battery −1 %", reading(battery_pct=-1),
           "out_of_range", "battery_pct"),
    good(63, "humidity-101", "humidity 101 %", reading(rh_pct=101), note="up to 120 is stored"),
    partly(63, "humidity-121", "humidity 121 %", reading(rh_pct=121), "out_of_range", "rh_pct"),
    good(64, "mixed-units", "°C and kelvin in one batch", batch({}, {"temp_c": 277.96}), stored=2,
         note=_JUDGED),
    good(65, "calibrated-twice", "a value that the box has calibrated already",
         reading(temp_c=4.81), note="stored as said; nothing is added to it on the way in"),
]  # fmt: skip
