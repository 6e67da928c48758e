"""Who gets in at the broker, and as whom: reliability statements S1, S2, S4, S5, S8, S11."""

import re
import socket
import ssl
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.core.domain.errors import Invalid
from services.core.domain.identifiers import BoxId
from services.core.runtime.certificates import client_context
from services.local.broker import EmbeddedBroker
from services.local.trust.authority import Authority, named_box
from services.local.trust.files import new_key, write_key
from tests.support.brokers import MosquittoBroker
from tests.support.guarded import REFUSED, TAKEN, YEAR, Guarded, a_guest
from tests.support.listening import listening_ports
from tests.support.waiting import wait_until

OWN = "cl/v1/00/{}/telemetry"


def test_s1_connection_without_a_certificate_is_refused(guarded: Guarded) -> None:
    with a_guest(guarded, None) as stranger:
        assert not stranger.is_in
    with a_guest(guarded, "CB-0001") as box:
        assert box.is_in


def test_s1_certificate_of_an_authority_nobody_trusts_is_refused(
    guarded: Guarded, tmp_path: Path
) -> None:
    other = Authority.found(tmp_path / "other", "Somebody else", datetime.now(UTC))
    guarded.enrol("CB-6666", authority=other)
    with a_guest(guarded, "CB-6666") as stranger:
        assert not stranger.is_in


def test_s1_certificate_of_the_broker_opens_nothing(guarded: Guarded) -> None:
    for ending in ("key", "crt"):
        content = (guarded.plan.folder / f"server.{ending}").read_bytes()
        copy = guarded.identities / f"AS-SERVER.{ending}"
        copy.touch(mode=0o600)
        copy.write_bytes(content)
    with a_guest(guarded, "AS-SERVER") as stranger:
        assert not stranger.is_in


def test_s2_name_that_a_client_gives_itself_counts_for_nothing(guarded: Guarded) -> None:
    with (
        a_guest(guarded, "coldlane-ingest") as ingest,
        a_guest(guarded, "CB-0001", username="CB-0002") as box,
    ):
        ingest.listen("cl/v1/+/+/telemetry")
        assert box.publish(OWN.format("CB-0002")) == REFUSED
        assert box.publish(OWN.format("CB-0001"), b"mine") in TAKEN
        wait_until(lambda: bool(ingest.heard), seconds=30, what="the box's own message")
        assert ingest.heard == [(OWN.format("CB-0001"), b"mine")]


def test_s4_f25_another_boxs_client_id_does_not_displace_it(guarded: Guarded) -> None:
    with (
        a_guest(guarded, "CB-0001", client_id="CB-0001") as victim,
        a_guest(guarded, "CB-0002", client_id="CB-0001") as thief,
    ):
        assert thief.is_in
        assert thief.publish(OWN.format("CB-0001")) == REFUSED
        assert victim.publish(OWN.format("CB-0001")) in TAKEN
        assert victim.is_in


@pytest.mark.parametrize("name", ["CB-0001/X", "+", "#", "CB-%u", "box", "CB 1", "ＣＢ-0001", "A"])
def test_s5_no_certificate_is_issued_for_what_is_no_name_of_a_box(
    guarded: Guarded, name: str
) -> None:
    with pytest.raises(Invalid, match="characters or a length"):
        named_box(name)


@pytest.mark.parametrize(
    ("subject", "topic"),
    [
        ("CB-0001/telemetry", "cl/v1/00/CB-0001/telemetry"),
        ("+", "cl/v1/00/CB-0001/telemetry"),
        ("#", "cl/v1/00/CB-0001/telemetry"),
    ],
)
def test_s5_name_of_a_sites_certificate_that_is_a_wild_card_opens_no_boxs_topic(
    guarded: Guarded, subject: str, topic: str
) -> None:
    """The broker lets such a name in; what ingest listens to is closed to it."""
    file = f"WILD-{ord(subject[-1]):04d}"
    guarded.enrol_under(subject, file)
    with (
        a_guest(guarded, "coldlane-ingest") as ingest,
        a_guest(guarded, file) as wild,
        a_guest(guarded, "CB-0002") as box,
    ):
        ingest.listen("cl/v1/+/+/telemetry")
        if wild.is_in:
            wild.publish(topic, b"false")
            wild.publish(f"cl/v1/00/{subject}/telemetry".replace("+", "x").replace("#", "x"))
        box.publish(OWN.format("CB-0002"), b"last")
        wait_until(lambda: bool(ingest.heard), seconds=30, what="the message after it")
        assert ingest.heard == [(OWN.format("CB-0002"), b"last")]


def test_s5_request_that_names_another_or_two_is_refused(guarded: Guarded, tmp_path: Path) -> None:
    for number, subject in enumerate(["/CN=CB-0009", "/CN=CB-0007/CN=CB-0008", "/O=none"]):
        request = tmp_path / f"{number}.csr"
        command = ["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt"]
        command += ["ec_paramgen_curve:prime256v1", "-nodes", "-subj", subject]
        command += ["-keyout", str(tmp_path / f"{number}.key"), "-out", str(request)]
        subprocess.run(command, check=True, capture_output=True)
        with pytest.raises(Invalid):
            guarded.authority.issue_for_request(
                BoxId("CB-0007"), request.read_bytes(), datetime.now(UTC), YEAR
            )


def test_s8_each_box_has_a_key_of_its_own_that_nobody_else_can_read(guarded: Guarded) -> None:
    keys = [guarded.identities / f"CB-000{n}.key" for n in (1, 2)]
    keys += [guarded.authority.folder / "ca.key", guarded.plan.folder / "server.key"]
    assert len({key.read_bytes() for key in keys}) == len(keys)
    assert {key.stat().st_mode & 0o777 for key in keys} == {0o600}
    settings = (guarded.plan.folder / "mosquitto.conf").read_text()
    assert "password_file" not in settings


def test_s11_one_listener_and_it_asks_for_certificates(guarded: Guarded) -> None:
    ports = {port for _, port in listening_ports(guarded.broker.pid)}
    assert ports == {guarded.plan.port}
    settings = (guarded.plan.folder / "mosquitto.conf").read_text()
    assert len(re.findall(r"^listener ", settings, re.M)) == 1
    assert "allow_anonymous false" in settings


def test_s11_plain_listener_of_one_machine_is_bound_to_it(mosquitto: MosquittoBroker) -> None:
    assert {address for address, _ in listening_ports(mosquitto.pid)} == {"0100007F"}


def test_s11_embedded_broker_listens_on_this_machine_alone(embedded_broker: EmbeddedBroker) -> None:
    assert {address for address, _ in listening_ports(embedded_broker.pid)} == {"0100007F"}


def test_s82_older_tls_is_refused(guarded: Guarded) -> None:
    """By the broker, and for its age alone: the same client gets in once it speaks TLS 1.2."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(guarded.plan.folder / "trusted.crt")
    files = guarded.files("CB-0001")
    assert files.certificate is not None
    context.load_cert_chain(files.certificate, files.key)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1 is deprecated"):
        context.minimum_version = ssl.TLSVersion.TLSv1
    with pytest.warns(DeprecationWarning, match="TLSv1_1 is deprecated"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    with (
        socket.create_connection(("127.0.0.1", guarded.plan.port)) as plain,
        pytest.raises(ssl.SSLError, match="ALERT_PROTOCOL_VERSION"),
    ):
        context.wrap_socket(plain, server_hostname="127.0.0.1")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with (
        socket.create_connection(("127.0.0.1", guarded.plan.port)) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as sealed,
    ):
        assert sealed.version() == "TLSv1.2"


def test_s14_box_takes_no_broker_that_its_authority_did_not_issue(
    guarded: Guarded, tmp_path: Path
) -> None:
    other = Authority.found(tmp_path / "other", "Somebody else", datetime.now(UTC))
    files = replace(guarded.files("CB-0001"), authorities=other.folder / "ca.crt")
    with (
        socket.create_connection(("127.0.0.1", guarded.plan.port)) as plain,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        client_context(files).wrap_socket(plain, server_hostname="127.0.0.1")


def test_f23_certificate_that_has_ended_is_refused(guarded: Guarded) -> None:
    now = datetime.now(UTC)
    key = new_key()
    ended = guarded.authority.issue("CB-0003", key.public_key(), now, timedelta(seconds=-1))
    guarded.enrol("CB-0003")
    (guarded.identities / "CB-0003.key").unlink()
    write_key(guarded.identities / "CB-0003.key", key)
    (guarded.identities / "CB-0003.crt").write_bytes(ended)
    with a_guest(guarded, "CB-0003") as late:
        assert not late.is_in
