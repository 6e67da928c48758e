"""A Mosquitto that asks for certificates, laid out as the command does it, and its guests."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from types import MappingProxyType
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from services.core.runtime.certificates import CertificateFacts, client_context, read_certificate
from services.core.runtime.written import TlsFiles
from services.local.ports import free_port
from services.local.trust.authority import Authority
from services.local.trust.broker_folder import BrokerPlan, issue_identity, lay_out
from services.local.trust.files import make_folder, new_key, write_key
from services.local.waiting import wait_for
from tests.support.brokers import MosquittoBroker

YEAR = timedelta(days=365)
PATIENCE_S = 60.0
TAKEN = {0, 16}
"""What MQTT 5 says to a message that is taken; 16: and nobody listens to it."""
REFUSED = 0x87


@dataclass(slots=True, kw_only=True)
class Guarded:
    """The broker, the authority behind it and a folder of identities."""

    authority: Authority
    broker: MosquittoBroker
    plan: BrokerPlan
    identities: Path
    facts: dict[str, CertificateFacts] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"mqtts://127.0.0.1:{self.plan.port}"

    def enrol(self, name: str, holds: timedelta = YEAR, authority: Authority | None = None) -> None:
        """A certificate under this name, whatever the name is."""
        now = datetime.now(UTC)
        pem = issue_identity(self.identities, name, authority or self.authority, now, holds)
        self.facts[name] = read_certificate(pem)

    def enrol_under(self, subject: str, file: str) -> None:
        """A certificate whose subject can be no file's name."""
        key = new_key()
        made = self.authority.issue(subject, key.public_key(), datetime.now(UTC), YEAR)
        make_folder(self.identities)
        write_key(self.identities / f"{file}.key", key)
        (self.identities / f"{file}.crt").write_bytes(made)

    def files(self, name: str) -> TlsFiles:
        folder = self.plan.folder / "services" if name.islower() else self.identities
        return TlsFiles(
            authorities=self.plan.folder / "trusted.crt",
            certificate=folder / f"{name}.crt",
            key=folder / f"{name}.key",
        )


@contextmanager
def guarded_broker(
    program: str, home: Path, changes: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Guarded]:
    """Lay it out and run it; the address and the log are the test's, and so are the `changes`."""
    now = datetime.now(UTC)
    authority = Authority.found(home / "ca", "Authority of a test", now)
    plan = BrokerPlan(folder=home / "broker", hosts=("127.0.0.1", "localhost"), port=free_port())
    lay_out(plan, authority, now, YEAR)
    _change(plan.folder / "mosquitto.conf", changes)
    data = home / "broker-data"
    data.mkdir()
    broker = MosquittoBroker(
        program=program, home=data, shipped=plan.folder / "mosquitto.conf", port=plan.port
    )
    broker.start()
    try:
        yield Guarded(authority=authority, broker=broker, plan=plan, identities=home / "identities")
    finally:
        broker.stop()


def _change(file: Path, changes: Mapping[str, str]) -> None:
    text = file.read_text()
    for line, other in changes.items():
        assert f"\n{line}\n" in text
        text = text.replace(f"\n{line}\n", f"\n{other}\n")
    file.write_text(text)


class Guest:
    """An MQTT client with a certificate, or without one."""

    def __init__(
        self,
        guarded: Guarded,
        files: TlsFiles,
        *,
        client_id: str = "",
        username: str | None = None,
        version: MQTTProtocolVersion = MQTTProtocolVersion.MQTTv5,
    ):
        self.heard: list[tuple[str, bytes]] = []
        self.answer: Any = None
        self.settled, self.gone = Event(), Event()
        self._acks: dict[int, Any] = {}
        self._client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            protocol=version,
            reconnect_on_failure=False,
        )
        self._client.tls_set_context(client_context(files))
        if username is not None:
            self._client.username_pw_set(username, "any")
        self._client.on_connect = self._connected
        self._client.on_disconnect = self._disconnected
        self._client.on_message = self._arrived
        self._client.on_publish = self._published
        self._client.connect("127.0.0.1", guarded.plan.port)
        self._client.loop_start()
        assert self.settled.wait(PATIENCE_S)

    @property
    def is_in(self) -> bool:
        """Whether the broker let it in, and has not put it out since."""
        return self.answer is not None and not self.gone.is_set()

    def publish(self, topic: str, payload: bytes = b"{}", **how: Any) -> Any:
        """Publish with QoS 1; what the broker said to it."""
        sent = self._client.publish(topic, payload, qos=1, **how)
        wait_for(lambda: sent.is_published() or self.gone.is_set(), timedelta(seconds=PATIENCE_S))
        return self._acks.get(sent.mid)

    def listen(self, *topics: str) -> list[int]:
        """Subscribe; what the broker granted. That alone proves nothing."""
        granted: list[int] = []
        done = Event()

        def told(_c: Any, _u: Any, _m: int, reasons: list[Any], _p: Any) -> None:
            granted.extend(reason.value for reason in reasons)
            done.set()

        self._client.on_subscribe = told
        self._client.subscribe([(topic, 1) for topic in topics])
        assert done.wait(PATIENCE_S)
        return granted

    def close(self) -> None:
        client = self._client
        client.disconnect()
        client.loop_stop()
        client.on_connect = client.on_disconnect = client.on_message = None
        client.on_publish = client.on_subscribe = None
        del self._client

    def _connected(self, _c: Any, _u: Any, _f: Any, reason: Any, _p: Any) -> None:
        if not reason.is_failure:
            self.answer = reason
        self.settled.set()

    def _disconnected(self, _c: Any, _u: Any, _f: Any, _r: Any, _p: Any) -> None:
        self.gone.set()
        self.settled.set()

    def _arrived(self, _c: Any, _u: Any, message: MQTTMessage) -> None:
        self.heard.append((message.topic, bytes(message.payload)))

    def _published(self, _c: Any, _u: Any, mid: int, reason: Any, _p: Any) -> None:
        self._acks[mid] = reason.value


@contextmanager
def a_guest(guarded: Guarded, name: str | None, **how: Any) -> Iterator[Guest]:
    """A guest with the certificate of this name; None: without any."""
    trusted = guarded.plan.folder / "trusted.crt"
    files = TlsFiles(authorities=trusted) if name is None else guarded.files(name)
    guest = Guest(guarded, files, **how)
    try:
        yield guest
    finally:
        guest.close()
