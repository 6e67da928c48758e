"""The folder that a Mosquitto reads: settings, certificates, and the list of revoked ones."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from services.local.trust.authority import Authority
from services.local.trust.files import Key, make_folder, new_key, put, write_key
from services.local.trust.knocking import Door
from services.local.trust.mosquitto import INGEST, TLS_PORT, access_list, configuration

_NOTE = "broker.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerPlan:
    """What the broker is to be. `hosts`: the names and addresses by which boxes reach it.

    `seen_as`: where its folder is for itself, when that is another place than here.
    """

    folder: Path
    hosts: Sequence[str] = ("localhost", "127.0.0.1")
    port: int = TLS_PORT
    services: Sequence[str] = (INGEST,)
    data: Path | None = None


def lay_out(plan: BrokerPlan, authority: Authority, now: datetime, holds: timedelta) -> None:
    """Write all that the broker and ingest need; a key that is there stays, its certificate not."""
    folder = plan.folder.absolute()
    data = plan.data or folder / "data"
    make_folder(folder)
    make_folder(data)
    settings = configuration(folder, data, plan.port)
    put(folder / "mosquitto.conf", settings.encode())
    put(folder / "acl", access_list(plan.services).encode())
    key = new_key()
    _new_key(folder / "server.key")
    server = authority.issue_for_server(plan.hosts, key.public_key(), now, holds)
    write_key(folder / "server.key", key)
    put(folder / "server.crt", server)
    for name in plan.services:
        issue_identity(folder / "services", name, authority, now, holds)
    note = {"folder": str(folder), "data": str(data), "host": plan.hosts[0], "port": plan.port}
    put(authority.folder / _NOTE, json.dumps(note, indent=2).encode())
    publish(authority)


def issue_identity(
    folder: Path, name: str, authority: Authority, now: datetime, holds: timedelta
) -> bytes:
    """A new key and certificate under this name, in files of that name; returns the certificate."""
    key = new_key()
    certificate = authority.issue(name, key.public_key(), now, holds)
    keep_identity(folder, name, certificate, authority, key)
    return certificate


def keep_identity(
    folder: Path, name: str, certificate: bytes, authority: Authority, key: Key | None = None
) -> None:
    """Write what a box is given: its certificate, whom it may trust, and its key if we have it."""
    make_folder(folder)
    if key is not None:
        _new_key(folder / f"{name}.key")
        write_key(folder / f"{name}.key", key)
    put(folder / f"{name}.crt", certificate)
    put(folder / "ca.crt", authority.trusted())


def _new_key(file: Path) -> None:
    """Make room for a key: the former one is kept beside it until somebody removes it."""
    with suppress(FileNotFoundError):
        file.replace(file.with_suffix(".key.before"))


def publish(authority: Authority) -> None:
    """Put into the broker's folder whom it may trust and whom no more."""
    note = _read_note(authority)
    if note is not None:
        folder = Path(note["folder"])
        put(folder / "trusted.crt", authority.trusted())
        put(folder / "revoked.crl", authority.revoked())


def ask_to_reload(authority: Authority) -> bool:
    """Have the broker read its files again; False when it is not a process of this machine."""
    note = _read_note(authority)
    if note is None:
        return False
    try:
        pid = int((Path(note["data"]) / "mosquitto.pid").read_text())
        os.kill(pid, signal.SIGHUP)
    except (OSError, ValueError):
        return False
    return True


def door_of(authority: Authority) -> Door | None:
    """Where the broker answers; None while none was laid out."""
    note = _read_note(authority)
    if note is None:
        return None
    trusted = Path(note["folder"]) / "trusted.crt"
    return Door(host=note["host"], port=int(note["port"]), trusted=trusted)


def _read_note(authority: Authority) -> dict[str, str] | None:
    try:
        found: dict[str, str] = json.loads((authority.folder / _NOTE).read_text())
    except FileNotFoundError:
        return None
    return found
