"""Where a process of this machine listens, from the kernel's own list."""

from pathlib import Path

LOOPBACK = {"0100007F", "00000000000000000000000001000000"}
"""As the kernel writes 127.0.0.1 and ::1."""


def _target(link: Path) -> str | None:
    """What an open file points at; None once a file listed a moment ago has been closed."""
    try:
        return str(link.readlink())
    except FileNotFoundError:
        return None


def listening_ports(pid: int | None) -> set[tuple[str, int]]:
    """Address and port of each of its listening sockets, from the kernel's own list."""
    folder = Path(f"/proc/{pid}")
    sockets = {target for link in (folder / "fd").iterdir() if (target := _target(link))}
    found = set()
    for table in ("tcp", "tcp6"):
        for line in (folder / "net" / table).read_text().splitlines()[1:]:
            columns = line.split()
            if columns[3] == "0A" and f"socket:[{columns[9]}]" in sockets:
                address, port = columns[1].split(":")
                found.add((address, int(port, 16)))
    return found
