"""Made-up people and codes that are planted, and then looked for where they must never be."""

from pathlib import Path

from services.core.runtime.sealing import SealKeys, new_key_line, read_seal_keys

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


def planted_in(text: str) -> list[str]:
    """Which of them stand in a text."""
    return [one for one in (*NAMES, BAG) if one in text]
