"""The data folder: who may use it now, what runs in it, and the clock its data was made with."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from services.local.errors import FolderInUse, LocalFailure


class DataFolder:
    """Paths of a local system; everything in it is readable by its owner alone."""

    def __init__(self, path: Path) -> None:
        self.path = path.expanduser().absolute()

    @property
    def postgres(self) -> Path:
        return self.path / "postgres"

    @property
    def broker(self) -> Path:
        return self.path / "broker"

    @property
    def fleet_ready(self) -> Path:
        """Made by the demo fleet when all its boxes are connected."""
        return self.path / "fleet.ready"

    @property
    def clock(self) -> Path:
        """The simulated clock of the data, if it has one."""
        return self.path / "clock"

    @property
    def audit(self) -> Path:
        """Keys of audit entries, and the anchors of their chain."""
        return self.path / "audit"

    @property
    def factor_keys(self) -> Path:
        """Keys that secrets of authenticator apps are sealed with."""
        return self.path / "factor.keys"

    @property
    def identity_keys(self) -> Path:
        """Keys that patients' identities are sealed with."""
        return self.path / "identity.keys"

    @property
    def photo_keys(self) -> Path:
        """Keys that photos of inspections are sealed with."""
        return self.path / "photo.keys"

    def log(self, name: str) -> Path:
        return self.path / "logs" / f"{name}.log"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder against a second system; the kernel lets go when we end, however."""
        self._make()
        with (self.path / "lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise FolderInUse(self._who_is_here()) from None
            self.forget_run()
            try:
                yield
            finally:
                self.forget_run()

    def read_run(self) -> dict[str, Any] | None:
        """What `coldlane up` wrote about the system that runs here, or None."""
        try:
            run: dict[str, Any] = json.loads((self.path / "run.json").read_text())
        except (OSError, ValueError):
            return None
        return run if Path(f"/proc/{run.get('pid', 0)}").exists() else None

    def write_run(self, run: dict[str, Any]) -> None:
        """Say what runs here: addresses (with passwords) and process ids."""
        write_private(self.path / "run.json", json.dumps(run, indent=2) + "\n")

    def forget_run(self) -> None:
        (self.path / "run.json").unlink(missing_ok=True)
        self.fleet_ready.unlink(missing_ok=True)

    def _make(self) -> None:
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise LocalFailure(
                f"the data folder {self.path} cannot be made ({error.strerror}): choose another"
                " one with --data-dir"
            ) from error
        owner = self.path.stat().st_uid
        if owner != os.geteuid():
            raise FolderInUse(
                f"the data folder {self.path} belongs to another user (uid {owner}): run as that"
                " user, or choose another one with --data-dir"
            )

    def _who_is_here(self) -> str:
        run = self.read_run() or {}
        where = f" at {run['page_url']}" if "page_url" in run else ""
        who = f" (process {run['pid']})" if "pid" in run else ""
        return (
            f"Coldlane runs already{where} on {self.path}{who}: use it, end it, or start a second"
            " one with its own --data-dir, --api-port and --mqtt-port"
        )


def write_private(path: Path, text: str) -> None:
    """Replace a file whole, readable by its owner alone."""
    fresh = path.with_name(path.name + ".fresh")
    with suppress(FileNotFoundError):
        fresh.unlink()
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(text)
    fresh.replace(path)
