"""The migrations are one chain: numbered without a gap, each after the one before."""

import re
from pathlib import Path

from services.core.storage import migrations

VERSIONS = Path(migrations.__file__).parent / "versions"


def test_migrations_are_one_chain_in_the_order_of_their_numbers() -> None:
    files = sorted(VERSIONS.glob("*.py"))
    said = [
        (
            file.name[:4],
            re.search(r"^revision = (.+)$", text := file.read_text(encoding="utf-8"), re.M),
            re.search(r"^down_revision = (.+)$", text, re.M),
        )
        for file in files
    ]
    found = [(name, own and own[1], before and before[1]) for name, own, before in said]
    numbers = [f"{number:04}" for number in range(1, len(files) + 1)]
    before = ["None", *(f'"{number}"' for number in numbers)]
    assert found == [(one, f'"{one}"', before[n]) for n, one in enumerate(numbers)]
