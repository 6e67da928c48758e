"""One MQTT connection of one box, on the event loop; paho does the protocol, no thread of its own.

MQTT 5 where the broker speaks it, else 3.1.1: found out once, by trying. A new client is made for
every connection: what was not acknowledged is the log's business, not paho's. With MQTT 5 the
broker keeps a session, so that commands wait for a box in the air; with 3.1.1 it does not, because
rumqttd tells the renewed subscription of a kept session nothing of the retained receipt.
"""

from __future__ import annotations

import asyncio
import secrets
import socket
import ssl
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from services.core.domain.errors import Unavailable
from simulators.broker import Broker

KEEPALIVE_S = 30
_CONNECT_S = 10.0
_SESSION_EXPIRY_S = 7 * 86_400  # commands wait for a box that is in the air
_NO_SUCH_VERSION = 0x84


@dataclass(frozen=True, slots=True, kw_only=True)
class Will:
    """What the broker says when the box falls silent."""

    topic: str
    payload: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """What the owner of a link is told; all are called on the event loop.

    `on_acked(mid, delivered)`: delivered is False when the broker's answer is not success.
    """

    on_message: Callable[[str, bytes], None]
    on_acked: Callable[[int, bool], None]
    on_lost: Callable[[str], None]


class Link:
    """A connection from CONNECT to its end; not used twice."""

    def __init__(
        self, broker: Broker, client_id: str, will: Will | None, listener: Listener
    ) -> None:
        """With a will it is a box, whose session the broker keeps; without one, a visitor."""
        self._loop = asyncio.get_running_loop()
        self._listener = listener
        self._broker = broker
        self._connected: asyncio.Future[None] = self._loop.create_future()
        self._is_up = False
        self._keeps_session = will is not None
        self._client = self._make_client(client_id, will)

    @property
    def is_up(self) -> bool:
        return self._is_up

    async def connect(self, executor: Executor) -> None:
        """Connect and wait for the broker's word; raises Unavailable.

        Only looking up the name and the TCP handshake are left to a thread of the executor.
        """
        try:
            await self._loop.run_in_executor(executor, self._open)
            async with asyncio.timeout(_CONNECT_S):
                await self._connected
        except TimeoutError:
            self._drop()
            raise HungUp("the broker does not answer") from None
        except OSError as error:
            self._drop()
            raise Unavailable(f"the broker cannot be reached: {error}") from error
        except BaseException:
            self._drop()
            raise

    def subscribe(self, topics: list[str]) -> None:
        self._client.subscribe([(topic, 1) for topic in topics])

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> int | None:
        """Hand over a message of QoS 1; its packet number, or None when the link is down."""
        info = self._client.publish(topic, payload, qos=1, retain=retain)
        return info.mid if info.rc == MQTTErrorCode.MQTT_ERR_SUCCESS else None

    def tend(self) -> None:
        """Keep-alive; call about once a second."""
        self._client.loop_misc()

    def break_off(self) -> None:
        """Fall silent, as a box without a network does: the broker will say the last will."""
        self._drop()

    async def close(self) -> None:
        """Say goodbye, so that the last will stays unsaid."""
        self._is_up = False
        self._client.disconnect()
        for _ in range(50):
            if not self._client.want_write() or self._client.socket() is None:
                break
            await asyncio.sleep(0.02)
        self._drop()

    def _make_client(self, client_id: str, will: Will | None) -> Client:
        version = self._broker.version
        is_5 = version == MQTTProtocolVersion.MQTTv5
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            protocol=version,
            clean_session=None if is_5 else True,
            reconnect_on_failure=False,
        )
        client.connect_timeout = _CONNECT_S
        client.max_inflight_messages_set(200)
        if self._broker.username:
            client.username_pw_set(self._broker.username, self._broker.password)
        context = self._broker.context_of(client_id)
        if context is not None:
            client.tls_set_context(context)
        if will:
            client.will_set(will.topic, will.payload, qos=1)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_publish = self._on_publish
        client.on_message = self._on_message
        client.on_socket_open = self._on_socket_open
        client.on_socket_close = self._on_socket_close
        client.on_socket_register_write = self._on_register_write
        client.on_socket_unregister_write = self._on_unregister_write
        return client

    def _open(self) -> None:
        host, port = self._broker.host, self._broker.port
        if self._broker.version != MQTTProtocolVersion.MQTTv5:
            self._client.connect(host, port, keepalive=KEEPALIVE_S)
            return
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = _SESSION_EXPIRY_S if self._keeps_session else 0
        self._client.connect(
            host,
            port,
            keepalive=KEEPALIVE_S,
            clean_start=not self._keeps_session,
            properties=properties,
        )

    def _drop(self) -> None:
        """Close the socket without a word more; the owner is not told."""
        self._is_up = False
        if not self._connected.done():
            self._connected.cancel()
        sock = self._client.socket()
        if sock is not None:
            self._forget(sock)
            with suppress(OSError):
                sock.close()

    # --- what paho calls ---------------------------------------------------------------------
    def _on_connect(
        self, _c: Client, _u: Any, _f: ConnectFlags, reason: ReasonCode, _p: Properties | None
    ) -> None:
        if self._connected.done():
            return
        if reason.is_failure:
            kind = WrongVersion if reason.value == _NO_SUCH_VERSION else Unavailable
            self._connected.set_exception(kind(f"the broker refused: {reason}"))
            return
        self._is_up = True
        self._connected.set_result(None)

    def _on_disconnect(
        self, _c: Client, _u: Any, _f: DisconnectFlags, reason: ReasonCode, _p: Properties | None
    ) -> None:
        if not self._connected.done():
            self._connected.set_exception(HungUp(f"the connection ended at once: {reason}"))
            return
        if self._is_up:
            self._is_up = False
            self._listener.on_lost(str(reason))

    def _on_publish(
        self, _c: Client, _u: Any, mid: int, reason: ReasonCode, _p: Properties | None
    ) -> None:
        self._listener.on_acked(mid, reason.value == 0)

    def _on_message(self, _c: Client, _u: Any, message: MQTTMessage) -> None:
        self._listener.on_message(message.topic, bytes(message.payload))

    def _on_socket_open(self, _c: Client, _u: Any, sock: Any) -> None:
        self._loop.call_soon_threadsafe(self._add_reader, sock)

    def _on_socket_close(self, _c: Client, _u: Any, sock: Any) -> None:
        self._forget(sock)

    def _on_register_write(self, _c: Client, _u: Any, sock: Any) -> None:
        self._loop.call_soon_threadsafe(self._add_writer, sock)

    def _on_unregister_write(self, _c: Client, _u: Any, sock: Any) -> None:
        with suppress(ValueError, OSError):
            self._loop.remove_writer(sock)

    def _add_reader(self, sock: socket.socket) -> None:
        if sock.fileno() >= 0:
            self._loop.add_reader(sock, self._read, sock)

    def _read(self, sock: Any) -> None:
        """TLS may have opened more than one packet; what it holds no longer wakes the loop."""
        self._client.loop_read()
        while isinstance(sock, ssl.SSLSocket) and sock.fileno() >= 0 and sock.pending():
            self._client.loop_read()

    def _add_writer(self, sock: socket.socket) -> None:
        if sock.fileno() >= 0:
            self._loop.add_writer(sock, self._client.loop_write)

    def _forget(self, sock: Any) -> None:
        with suppress(ValueError, OSError):
            self._loop.remove_reader(sock)
            self._loop.remove_writer(sock)


class WrongVersion(Unavailable):
    """The broker does not speak this version of MQTT."""


class HungUp(Unavailable):
    """The broker ended the connection before it said anything."""


async def settle_version(broker: Broker, executor: Executor) -> Broker:
    """The broker with a version that it speaks: 5, else 3.1.1; raises Unavailable.

    Brokers of 3.1.1 answer a CONNECT of version 5 with a refusal, with silence or by hanging up.
    Where boxes show certificates a visitor has none: there it is a Mosquitto, which speaks 5.
    """
    if broker.identities is not None:
        return broker
    try:
        await _try(broker, executor)
    except (WrongVersion, HungUp):
        older = replace(broker, version=MQTTProtocolVersion.MQTTv311)
        await _try(older, executor)
        return older
    return broker


async def _try(broker: Broker, executor: Executor) -> None:
    silent = Listener(on_message=lambda *_: None, on_acked=lambda *_: None, on_lost=lambda *_: None)
    link = Link(broker, f"coldlane-fleet-{secrets.token_hex(4)}", None, silent)
    await link.connect(executor)
    await link.close()
