"""Made-up people and codes that are planted, and then looked for where they must never be."""

import re
from pathlib import Path

import pytest

from services.core.runtime.sealing import SealKeys, new_key_line, read_seal_keys

OUR_LOGGERS = ("services", "api", "alerts", "ingest")
CANARY = {"name": "Canary Wang Xiaoming", "number": "MRN-00417-CANARY", "phone": "13812345678"}
NAMES = tuple(CANARY.values())
BAG = "COI-CANARY-7"
"""The name of a bag: it leads to the patient, and is for those who see the shipment."""


def identity_keys(folder: Path) -> SealKeys:
    """Keys that identities are sealed with, in a file that only its owner reads."""
    path = folder / "identity.keys"
    path.touch(0o600)
    path.write_text(new_key_line("k1"), "ascii")
    return read_seal_keys(path)


NAMED = re.compile(r"\b(?:BAG|COI)-\w|Kim Canary|5555 0000")
"""Names of bags and people as tests of every kind enter them: they stand in no line of a log."""


def names_in_logs(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What our own code has logged in this test with such a name in it."""
    ours = [one for one in caplog.get_records("call") if one.name.startswith(OUR_LOGGERS)]
    lines = [f"{one.getMessage()} {vars(one)}" for one in ours]
    return [line for line in lines if NAMED.search(line)]


def planted_in(text: str) -> list[str]:
    """Which of them stand in a text."""
    return [one for one in (*NAMES, BAG) if one in text]
