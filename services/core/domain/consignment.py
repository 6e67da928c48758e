"""Identifiers of the trade: air waybill, UN/LOCODE, ISBT 128 donation number; checked once."""

from __future__ import annotations

import re
from typing import NewType

from services.core.domain.errors import Invalid

AirWaybill = NewType("AirWaybill", str)
Locode = NewType("Locode", str)
DonationNumber = NewType("DonationNumber", str)
CoiId = NewType("CoiId", str)

_WAYBILL = re.compile(r"([0-9]{3})-?([0-9]{7})([0-9])", re.ASCII)
_LOCODE = re.compile(r"[A-Z]{2} ?[A-Z2-9]{3}", re.ASCII)
_DONATION = re.compile(r"([A-NP-Z1-9][0-9]{4}[0-9]{2}[0-9]{6})([0-9A-Z*])?", re.ASCII)
_COI = re.compile(r"[A-Za-z0-9=._:/-]{6,64}", re.ASCII)

_SEVEN = 7
_ISO_7064 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"
_MODULUS = 37
_FLAG_BASE = 60


def parse_air_waybill(text: str, field: str = "air_waybill") -> AirWaybill:
    """Three digits of the airline, seven of the serial, and that serial modulo 7."""
    found = _WAYBILL.fullmatch(text)
    if found is None:
        raise Invalid(
            "that is no air waybill", field=field, remedy="use 3 and 8 digits, as 176-12345675"
        )
    prefix, serial, check = found.groups()
    if int(serial) % _SEVEN != int(check):
        raise _mistyped("air waybill", field)
    return AirWaybill(f"{prefix}-{serial}{check}")


def parse_locode(text: str, field: str) -> Locode:
    """A place of UN/LOCODE: two letters of the country, three of A–Z and 2–9."""
    if _LOCODE.fullmatch(text) is None:
        raise Invalid("that is no UN/LOCODE", field=field, remedy="use five characters, as CNPVG")
    return Locode(text.replace(" ", ""))


def parse_donation_number(text: str, field: str = "donation_number") -> DonationNumber:
    """An ISBT 128 donation identification number, with or without its check character.

    Kept without it, as the standard does: the character only proves that it was typed well.
    """
    found = _DONATION.fullmatch(text.replace(" ", ""))
    if found is None:
        raise Invalid(
            "that is no ISBT 128 donation number",
            field=field,
            remedy="use its 13 characters, and the check character in the box if you have it",
        )
    number, check = found.groups()
    if check is not None and check != donation_check_character(number):
        raise _mistyped("donation number", field)
    return DonationNumber(number)


def parse_coi_id(text: str, field: str = "coi_id") -> CoiId:
    """A chain-of-identity identifier; opaque to us, only its characters and length are looked at.

    The structure of ISBT 128 (ST-028) needs a licence, and makers have forms of their own.
    """
    if _COI.fullmatch(text) is None:
        raise Invalid(
            "the chain-of-identity identifier has characters or a length it may not have",
            field=field,
            remedy="use 6 to 64 of letters, digits and = . _ : / -",
        )
    return CoiId(text)


def donation_check_character(number: str) -> str:
    """ISO 7064 modulo 37-2 over the 13 characters."""
    return _ISO_7064[_donation_check(number)]


def donation_flag(number: str) -> int:
    """The same as the two flag digits of type 3: 60 and the value."""
    return _FLAG_BASE + _donation_check(number)


def _donation_check(number: str) -> int:
    total = 0
    for character in number:
        total = (total + _ISO_7064.index(character)) * 2 % _MODULUS
    return (_MODULUS + 1 - total) % _MODULUS


def _mistyped(what: str, field: str) -> Invalid:
    return Invalid(
        f"the check character of the {what} does not fit",
        field=field,
        remedy="compare it with the document: a character is wrong or two are swapped",
    )
