"""A certificate that holds no more: statement S7 and fault F23."""

import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from services.core.runtime.certificates import client_context
from services.local.trust.authority import Authority
from services.local.trust.broker_folder import ask_to_reload, publish
from services.local.trust.ending import end_certificates
from services.local.trust.knocking import connect_packet
from tests.support.guarded import REFUSED, TAKEN, Guarded, a_guest
from tests.support.waiting import wait_until

PATIENCE = timedelta(seconds=60)
TELEMETRY = "cl/v1/00/{}/telemetry"


def revoke(guarded: Guarded, name: str, *, keep_session: bool = False) -> None:
    serial = int(guarded.facts[name].serial, 16)
    now = datetime.now(UTC)
    end_certificates(
        guarded.authority, name, [serial], now, patience=PATIENCE, keep_session=keep_session
    )


@pytest.fixture(autouse=True)
def pid_file(guarded: Guarded) -> None:
    """Mosquitto keeps its data elsewhere in tests, and its process id where we wrote."""
    assert (guarded.plan.folder / "data" / "mosquitto.pid").exists()


def test_s7_f23_revoked_box_is_put_out_and_not_let_in_again_and_nobody_else(
    guarded: Guarded,
) -> None:
    guarded.enrol("CB-0077")
    with a_guest(guarded, "CB-0001") as other, a_guest(guarded, "CB-0077") as stolen:
        assert stolen.is_in
        revoke(guarded, "CB-0077")
        wait_until(lambda: not stolen.is_in, seconds=60, what="the live connection to end")
        with a_guest(guarded, "CB-0077") as again:
            assert not again.is_in
        assert other.is_in
        assert other.publish(TELEMETRY.format("CB-0001")) in TAKEN


def test_s7_without_ending_it_a_live_connection_would_stay(guarded: Guarded) -> None:
    """The control: a list alone does not end what stands, so the command has more to do."""
    boxes = ("CB-0078", "CB-0079")  # who comes again takes the session over: the other asks
    for box in boxes:
        guarded.enrol(box)
    serials = [int(guarded.facts[box].serial, 16) for box in boxes]
    with a_guest(guarded, "CB-0078") as stolen:
        guarded.authority.revoke(serials, datetime.now(UTC))
        publish(guarded.authority)
        assert ask_to_reload(guarded.authority)

        def is_refused() -> bool:
            with a_guest(guarded, "CB-0079") as again:
                return not again.is_in

        wait_until(is_refused, seconds=60, what="the list to be read")
        assert stolen.is_in


def test_s7_revoked_certificate_gets_in_by_no_resumed_session(guarded: Guarded) -> None:
    guarded.enrol("CB-0081")
    context = client_context(guarded.files("CB-0081"))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    before = _session_of(guarded, context)
    revoke(guarded, "CB-0081")
    assert _session_of(guarded, context, before) is None


def test_s7_renewed_box_goes_on_with_its_new_certificate(guarded: Guarded) -> None:
    """Old and new hold side by side; then the old one is ended."""
    guarded.enrol("CB-0080")
    old = int(guarded.facts["CB-0080"].serial, 16)
    with a_guest(guarded, "CB-0080") as with_old:
        assert with_old.is_in
        before = guarded.files("CB-0080")
        guarded.enrol("CB-0080")
        with a_guest(guarded, "CB-0080") as with_new:
            assert with_new.is_in
    now = datetime.now(UTC)
    end_certificates(guarded.authority, "CB-0080", [old], now, patience=PATIENCE, keep_session=True)
    with a_guest(guarded, "CB-0080") as renewed:
        assert renewed.is_in
        assert renewed.publish(TELEMETRY.format("CB-0080")) in TAKEN
    assert before.key is not None
    assert before.key.with_suffix(".key.before").exists()


def test_f23_site_s_authority_is_taken_beside_ours_and_can_be_exchanged(
    guarded: Guarded, tmp_path: Path
) -> None:
    """Boxes of the old authority stay in while those of the new one come in."""
    site = Authority.found(tmp_path / "site", "Authority of a site", datetime.now(UTC))
    guarded.authority.trust(site.trusted(), site.revoked())
    publish(guarded.authority)
    guarded.enrol("CB-0101", authority=site)
    with a_guest(guarded, "CB-0001") as ours:
        assert ask_to_reload(guarded.authority)

        def is_in() -> bool:
            with a_guest(guarded, "CB-0101") as box:
                return box.is_in and box.publish(TELEMETRY.format("CB-0001")) == REFUSED

        wait_until(is_in, seconds=60, what="the broker to take the site's boxes")
        assert ours.is_in


def test_f23_list_never_grows_too_old_to_be_believed(guarded: Guarded) -> None:
    """A broker refuses every box when the list's own end has come."""
    listed = x509.load_pem_x509_crl(guarded.authority.revoked())
    assert listed.next_update_utc == guarded.authority.certificate.not_valid_after_utc


def _session_of(
    guarded: Guarded, context: ssl.SSLContext, session: ssl.SSLSession | None = None
) -> ssl.SSLSession | None:
    with socket.create_connection(("127.0.0.1", guarded.plan.port), timeout=60) as plain:
        try:
            with context.wrap_socket(
                plain, server_hostname="127.0.0.1", session=session
            ) as wrapped:
                wrapped.sendall(connect_packet("any", clean=True))
                return wrapped.session if wrapped.recv(4) else None
        except (ssl.SSLError, ConnectionError):
            return None
