"""How names may be written: the patterns of the schemas, and the same in words for people."""

from __future__ import annotations

BOX = r"^[A-Z0-9-]{4,32}$"
PROBE = r"^[A-Za-z0-9._:-]{1,64}$"
PLACE = r"^[A-Z0-9-]{2,32}$"
PLACE_CODE = r"^[A-Z0-9-]{2,16}$"
CARRIER_NUMBER = r"^[A-Z0-9 -]{2,16}$"
REFERENCE = r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$"
PROFILE = r"^[a-z0-9][a-z0-9._-]{1,63}$"
COUNTRY = r"^[A-Z]{2}$"
DATA_LIST = r"^[a-z]{2}(-[a-z]{2,16}){1,3}$"
SHA256 = r"^[0-9a-f]{64}$"
KEY_PREFIX = r"^[a-z2-7]{8}$"
CODE = r"^[A-Za-z0-9][A-Za-z0-9 =._:/*-]{0,63}$"
PAPER_NUMBER = r"^[A-Z0-9\u4e00-\u9fff][A-Z0-9\u4e00-\u9fff-]{1,63}$"
LINK = r"^[A-Za-z0-9_-]{43}$"
ZONE = r"^[A-Za-z][A-Za-z0-9_+/-]{0,63}$"
EQUIPMENT = r"^[a-z][a-z0-9_]{1,31}$"
PHONE = r"^\+?[0-9 ()-]{5,24}$"

_WORDS = {
    BOX: "use 4 to 32 of A-Z, 0-9 and -",
    PROBE: "use 1 to 64 of letters, digits and . _ : -",
    PLACE: "use 2 to 32 of A-Z, 0-9 and -",
    PLACE_CODE: "use 2 to 16 of A-Z, 0-9 and -",
    CARRIER_NUMBER: "use 2 to 16 of A-Z, 0-9, space and -",
    REFERENCE: "use 1 to 64 of letters, digits and . _ / -, with a letter or digit first",
    PROFILE: "use 2 to 64 of a-z, 0-9 and . _ -, with a letter or digit first",
    COUNTRY: "use two letters, as CN",
    DATA_LIST: "name a list of GET /data-policy/rules, as cn-sh",
    SHA256: "use 64 lower-case hexadecimal digits",
    KEY_PREFIX: "use the 8 characters between cl_ and the next underscore",
    CODE: "use 1 to 64 of letters, digits and = . _ : / * -",
    PAPER_NUMBER: "use 2 to 64 of A-Z, 0-9, Chinese characters and -",
    LINK: "use the 43 characters behind #link= in the link",
    ZONE: "use a zone of the tz database, such as Asia/Shanghai",
    EQUIPMENT: "use 2 to 32 of a-z, 0-9 and _, with a letter first",
    PHONE: "use 5 to 24 digits, with + first if you like, and spaces, brackets or hyphens",
}


def in_words(pattern: str) -> str:
    """What a value must look like that a pattern refused."""
    return _WORDS.get(pattern, "it has characters or a length that it may not have")
