"""Ending what a certificate had opened: the list, the broker's new reading of it, the session."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from services.core.runtime.certificates import load_certificate
from services.local.errors import LocalFailure
from services.local.trust.authority import Authority
from services.local.trust.broker_folder import ask_to_reload, door_of, publish
from services.local.trust.files import new_key
from services.local.trust.knocking import Caller, Door, knock
from services.local.waiting import wait_for

CANARY = "coldlane-canary"
_A_MOMENT = timedelta(hours=1)


def end_certificates(
    authority: Authority,
    name: str,
    serials: Sequence[int],
    now: datetime,
    *,
    patience: timedelta,
    keep_session: bool,
) -> None:
    """Revoke, see to it that the broker knows, and put out whoever is connected under this name.

    A canary is revoked with them: when the broker refuses it, it has read the list. Raises
    LocalFailure when it does not, and Unreachable.
    """
    canary = _caller(authority, CANARY, now)
    listed = [*serials, load_certificate(canary.certificate).serial_number]
    now = authority.revoke(listed, now)
    publish(authority)
    door = door_of(authority)
    if door is None:
        raise LocalFailure(
            "the certificate is on the list, but no broker was laid out here: give it "
            f"{authority.folder}/ca.crl, or lay one out with coldlane broker config"
        )
    asked = ask_to_reload(authority)
    if not wait_for(lambda: not knock(door, canary), patience):
        raise LocalFailure(_not_read(asked=asked))
    put_out(authority, door, name, now, keep_session=keep_session)


def put_out(
    authority: Authority, door: Door, name: str, now: datetime, *, keep_session: bool
) -> None:
    """End the connection under this name, if there is one."""
    if not knock(door, _caller(authority, name, now), forget=not keep_session):
        raise LocalFailure(f"the broker did not let us in as {name}, so a connection may still be")


def _caller(authority: Authority, name: str, now: datetime) -> Caller:
    key = new_key()
    return Caller(
        name=name, key=key, certificate=authority.issue(name, key.public_key(), now, _A_MOMENT)
    )


def _not_read(*, asked: bool) -> str:
    if asked:
        return "the broker was asked to read its list of revoked certificates, and has not"
    return (
        "the broker is no process of this machine: send it SIGHUP (docker compose kill -s HUP"
        " broker) while this command waits (--wait-s), then it ends the connection"
    )
