"""Finds the addresses of package registries and of this machine's folders in committed files."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

_COMMON_FOLDERS = {"/", "/tmp", "/home", "/root", "/opt", "/srv"}  # noqa: S108 - compared with


def named_addresses(root: Path) -> Iterator[str]:
    """Each committed line that names one, as `file:line`."""
    words = sorted(_registry_hosts() | _folders(root))
    pattern = "|".join(re.escape(word) for word in words)
    command = ["git", "grep", "-nIE", pattern, "--", ".", ":!*.svg"]
    found = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if found.returncode > 1:
        yield found.stderr.strip()
    for line in found.stdout.splitlines():
        yield line[:160]


def _folders(root: Path) -> set[str]:
    """The clone itself and, unless many machines have it, the folder it lies in."""
    return {f"{folder}/" for folder in (root, root.parent) if str(folder) not in _COMMON_FOLDERS}


def _registry_hosts() -> set[str]:
    """Hosts that the package tools of this machine are set up with; asked, so never written."""
    said = [
        _said_by(sys.executable, "-m", "pip", "config", "list"),
        _said_by("npm", "config", "get", "registry"),
        *(file.read_text(errors="replace") for file in _apt_sources()),
        _pip_default(),
    ]
    addresses = re.findall(r"https?://[^\s\"']+", "\n".join(said))
    hosts = {urlsplit(address).hostname or "" for address in addresses}
    return {host for host in hosts if "." in host}


def _pip_default() -> str:
    program = "from pip._internal.models.index import PyPI as p; "
    program += "print(p.url, 'https://' + p.file_storage_domain)"
    return _said_by(sys.executable, "-c", program)


def _apt_sources() -> list[Path]:
    folder = Path("/etc/apt")
    files = [folder / "sources.list", *folder.glob("sources.list.d/*")]
    return [file for file in files if file.is_file()]


def _said_by(*command: str) -> str:
    if shutil.which(command[0]) is None:
        return ""
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout
