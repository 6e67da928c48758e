"""Compares the committed files that are made from code with what the code makes now."""

from collections.abc import Iterator
from pathlib import Path

from scripts.generate import generated


def stale_files(root: Path) -> Iterator[str]:
    """Each generated file that is missing or no longer what the code says."""
    for path, text in generated().items():
        file = root / path
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            yield f"{path} is not what the code says: run `make generate` and commit it"
