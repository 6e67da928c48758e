"""Finds numbers of people in free text: identity cards, passports, telephones.

Free text goes into audit trails and signed records, where nothing can be taken out again; so a
number is refused at the door. A pattern finds numbers, not names: people still have to think.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

_ALONE = (r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])")
_GAP = r"[ -]?"


def _alone(pattern: str) -> re.Pattern[str]:
    """The pattern, unless it is a part of a longer word or number."""
    return re.compile(pattern.join(_ALONE), re.ASCII | re.IGNORECASE)


# GB 11643: place, day of birth, serial number, check digit. Grade L.
_RESIDENT = _alone(rf"[1-9]\d{{5}}{_GAP}(?:19|20)\d\d(?:0[1-9]|1[0-2])[0-3]\d{_GAP}\d{{3}}[\dX]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
# Passports of the mainland, and permits of people from Hong Kong and Macau. Grade P.
_PASSPORT = _alone(r"(?:[DEGPS]\d{8}|E[A-HJ-NP-Z]\d{7}|[HM]\d{8}(?:\d\d)?)")
# Mobile numbers of the mainland, and any number with its country. Grade P.
_TELEPHONE = re.compile(
    r"(?<![0-9A-Za-z.+-])(?:1[3-9]\d(?:\d{8}|[ -]\d{4}[ -]\d{4})"
    r"|\+\d{1,3}(?:[ -]?\d{2,4}){2,5})(?![0-9A-Za-z]|[.-]\d)",
    re.ASCII,
)


def number_in(text: str) -> str | None:
    """What kind of a person's number stands in a text, if any; full-width digits count too."""
    plain = unicodedata.normalize("NFKC", text)
    return next((kind for kind, finds in _KINDS.items() if finds(plain)), None)


def _has_resident_number(text: str) -> bool:
    return any(_is_checked(re.sub(r"\D(?!$)", "", m[0])) for m in _RESIDENT.finditer(text))


def _is_checked(number: str) -> bool:
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    return _CHECKS[total % 11] == number[-1].upper()


_KINDS: Mapping[str, Callable[[str], object]] = {
    "the number of an identity card": _has_resident_number,
    "the number of a passport or travel permit": _PASSPORT.search,
    "a telephone number": _TELEPHONE.search,
}
