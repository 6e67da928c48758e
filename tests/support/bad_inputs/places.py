"""Section 4: position (cases 91 to 105)."""

from __future__ import annotations

from tests.support.bad_inputs.case import Case, batch, good, partly, reading, written

_ALL = "without a good pair the whole position is left out"


def _at(number: int, slug: str, lat: float, lon: float, note: str = "", **more: float) -> Case:
    payload = reading(lat=lat, lon=lon, **more)
    return good(number, slug, f"{lat}, {lon}", payload, note=note)


def _off(number: int, slug: str, lat: float, lon: float, field: str) -> Case:
    payload = reading(lat=lat, lon=lon, acc_m=9)
    return partly(number, slug, f"{lat}, {lon}", payload, "out_of_range", field, note=_ALL)


CASES: list[Case] = [
    _at(91, "north-pole", 90, 17),
    _at(91, "south-pole", -90, 17),
    _off(92, "beyond-the-pole", 90.0000001, 0, "lat"),
    _at(93, "lon-180", 10, 180),
    _at(93, "lon-minus-180", 10, -180),
    _off(93, "lon-181", 10, 181, "lon"),
    _off(94, "lon-0-to-360", 31.1, 359, "lon"),
    good(95, "antimeridian", "over the antimeridian",
         batch({"lat": 10, "lon": 179.9}, {"lat": 10, "lon": -179.9}), stored=2),
    _at(96, "null-island", 0, 0, "stored as said: it is a place"),
    _off(97, "swapped", 121.8, 31.1, "lat"),
    partly(98, "nan", "`NaN`, `NaN`", written(lat="NaN", lon="NaN"), "not_json", "lat", note=_ALL),
    partly(98, "texts", "a text", written(lat='"31.1N"', lon="121.8"), "wrong_type", "lat",
           note=_ALL),
    _at(99, "nine-decimals", 31.123456789, 121.123456789),
    _at(99, "no-decimals", 31, 121),
    _at(100, "other-datum", 31.1424, 121.8098,
        "GCJ-02 and BD-09 cannot be told from WGS 84; the contract wants WGS 84"),
    good(101, "teleport", "from Shanghai to Frankfurt in a minute",
         batch({"lat": 31.1, "lon": 121.8}, {"lat": 50.0, "lon": 8.6}), stored=2),
    good(102, "fix-lost", "the same position again and again",
         batch(*({"lat": 31.1, "lon": 121.8} for _ in range(3))), stored=3),
    good(103, "altitude", "an altitude of 20,000 m", reading(alt_m=20_000),
         note="not in the contract: kept as an unknown field"),
    good(103, "altitude-below", "an altitude of −500 m", reading(alt_m=-500),
         note="not in the contract: kept as an unknown field"),
    _at(104, "edge-of-a-fence", -16.5, 180.0, "there are no fences: stored"),
    _at(105, "accuracy-0", 31.1, 121.8, acc_m=0),
    _at(105, "accuracy-10-km", 31.1, 121.8, acc_m=10_000),
    partly(105, "accuracy-negative", "an accuracy of −1 m", reading(lat=31.1, lon=121.8, acc_m=-1),
           "out_of_range", "acc_m", note="the position stays"),
]  # fmt: skip
