"""The folder outside the database with the keys of audit entries and the anchors of their chain."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from services.core.domain.governance.audit import KEY_LENGTH, AuditKeys, parse_keys
from services.core.domain.governance.audit_anchor import Anchor, parse_anchor


class AuditFolder:
    """Readable by its owner alone. Anchors are only ever added to their file."""

    def __init__(self, path: Path) -> None:
        self.path = path.expanduser()

    @property
    def keys_file(self) -> Path:
        """A key a line; the last one is in use."""
        return self.path / "keys"

    @property
    def anchors_file(self) -> Path:
        """An anchor a line."""
        return self.path / "anchors.jsonl"

    def keys(self) -> AuditKeys:
        """The keys as they stand; none where there is no file."""
        try:
            return parse_keys(self.keys_file.read_text())
        except FileNotFoundError:
            return AuditKeys()

    def ensure_keys(self) -> AuditKeys:
        """The keys; the first is made where there is none. Of several at once one makes it."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self.path / f"keys.{secrets.token_hex(8)}"
        _add(fresh, secrets.token_hex(KEY_LENGTH))
        with suppress(FileExistsError):
            os.link(fresh, self.keys_file)
        fresh.unlink()
        return self.keys()

    def anchors(self) -> Sequence[Anchor]:
        """All of them, oldest first; raises Invalid."""
        try:
            text = self.anchors_file.read_text()
        except FileNotFoundError:
            return ()
        return tuple(parse_anchor(line) for line in text.splitlines() if line.strip())

    def add_anchor(self, anchor: Anchor) -> None:
        """Add a line; it is on the disk when this returns."""
        _add(self.anchors_file, anchor.line())


def _add(path: Path, line: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, f"{line}\n".encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
