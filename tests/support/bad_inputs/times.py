"""Section 3: time (cases 66 to 90)."""

from __future__ import annotations

from tests.support.bad_inputs.case import AT, Case, batch, good, partly, reading, refused, written

_PLACED = "kept as said, placed by the clock rule"


def _bad(number: int, slug: str, what: str, literal: str) -> Case:
    return refused(number, slug, what, written(t=literal), "bad_time", "t")


def _fine(number: int, slug: str, instant: str, note: str = "") -> Case:
    return good(number, slug, f"`{instant}`", reading(t=instant), note=note)


CASES: list[Case] = [
    _bad(66, "naive", "no offset", '"2026-11-22T01:02:03"'),
    _bad(67, "epoch-s", "seconds since 1970", "1795309323"),
    _bad(67, "epoch-s-text", "seconds since 1970 as text", '"1795309323"'),
    _bad(68, "epoch-ms", "milliseconds since 1970", "1795309323000"),
    _bad(69, "epoch-us", "microseconds since 1970", "1795309323000000"),
    _bad(70, "date-only", "a date", '"2026-11-22"'),
    _bad(71, "24-00", "24:00:00", '"2026-11-22T24:00:00Z"'),
    _bad(72, "leap-second", "a leap second", '"2016-12-31T23:59:60Z"'),
    _bad(73, "leap-second-fraction", "a leap second and a half", '"2016-12-31T23:59:60.5Z"'),
    _bad(74, "february-29", "29 February of an ordinary year", '"2027-02-29T00:00:00Z"'),
    _bad(75, "month-13", "month 13", '"2026-13-01T00:00:00Z"'),
    *(
        _bad(76, f"year-{year}", f"the year {year}", f'"{year}-06-01T00:00:00Z"')
        for year in ("0000", "0001", "1899", "3000", "9999", "10000")
    ),
    *(
        _fine(76, f"year-{instant[:4]}", instant, _PLACED)
        for instant in (
            "1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z",
            "2038-01-19T03:14:08Z", "2106-02-07T06:28:16Z",
        )
    ),
    _bad(77, "offset-25", "an offset of 25 hours", '"2026-11-22T01:02:03+25:00"'),
    _fine(77, "offset-plus-14", "2026-11-22T15:02:03+14:00"),
    _fine(77, "offset-minus-12", "2026-11-21T13:02:03-12:00"),
    _fine(77, "offset-05-45", "2026-11-22T06:47:03+05:45"),
    _fine(77, "offset-minus-0", "2026-11-22T01:02:03-00:00", "read as UTC"),
    _fine(78, "lower-case", "2026-11-22t01:02:03z"),
    _fine(78, "space", "2026-11-22 01:02:03Z"),
    _fine(79, "nine-digits", "2026-11-22T01:02:03.123456789Z", "rounded to the microsecond"),
    _bad(80, "comma-fraction", "a comma in the fraction", '"2026-11-22T01:02:03,5Z"'),
    _fine(81, "hour-that-is-not", "2026-03-29T02:30:00+01:00", "the offset says which is meant"),
    _fine(81, "first-of-two-hours", "2026-10-25T02:30:00+02:00", "the offset says which is meant"),
    _fine(81, "second-of-two-hours", "2026-10-25T02:30:00+01:00", "the offset says which is meant"),
    _fine(82, "ten-years-ahead", "2046-11-22T01:02:03Z", _PLACED),
    _fine(83, "before-the-shipment", "2020-01-01T00:00:00Z",
          "stored; outside of the shipment's window it is not judged"),
    good(84, "after-release", "after the release", reading(t=AT),
         note="stored whether or not a shipment is under way"),
    good(85, "equal-times", "equal times, different numbers", batch({}, {}), stored=2,
         note="the number decides the order"),
    good(86, "time-goes-back", "`seq` up and `t` down",
         batch({"t": "2026-11-22T01:05:00Z"}, {"t": "2026-11-22T01:01:00Z"}), stored=2),
    _bad(87, "infinity", "infinity", '"infinity"'),
    partly(88, "mono-negative", "a negative counter", reading(mono_ms=-1),
           "out_of_range", "mono_ms"),
    good(88, "mono-goes-back", "a counter that goes back",
         batch({"mono_ms": 60_000}, {"mono_ms": 0}), stored=2),
    good(88, "mono-wraps", "a counter that wraps at 2^32 ms",
         batch({"mono_ms": 2**32 - 1}, {"mono_ms": 17}), stored=2),
    _bad(89, "week-date", "a week date", '"2026-W47-7T01:02:03Z"'),
    _bad(89, "ordinal-date", "an ordinal date", '"2026-326T01:02:03Z"'),
    _bad(90, "arabic-digits", "Arabic digits", '"٢٠٢٦-11-22T01:02:03Z"'),
    _bad(90, "thai-digits", "Thai digits", '"๒๐๒๖-11-22T01:02:03Z"'),
]  # fmt: skip
