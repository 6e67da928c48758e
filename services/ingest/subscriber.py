"""The broker's side of ingest: a persistent session, acknowledgements in our own hands.

The client library runs a thread. Its callbacks only put things into the inbox and never raise: an
exception in one would end the thread while the connection still looks alive. What the library
itself stumbles over, a broker that talks nonsense say, costs a connection and not the thread.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from threading import Lock
from typing import Any

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags
from paho.mqtt.enums import MQTTErrorCode
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from services.core.domain.identifiers import SHARDS
from services.core.runtime.certificates import client_context, ends_at, peer_ends_at
from services.core.runtime.clock import Clock
from services.core.runtime.written import MqttAddress
from services.core.wire.topics import uplink_filters
from services.ingest.counters import Counters
from services.ingest.inbox import Arrived, Inbox
from services.ingest.packets import Published
from services.ingest.session import RunClient

MOST_QUEUED_OUT = 20_000
MOST_IN_FLIGHT_OUT = 1000

logger = logging.getLogger(__name__)


class MqttSubscriber:
    """One session at the broker. Acknowledges only on the connection a message came on."""

    def __init__(
        self,
        address: MqttAddress,
        client_id: str,
        inbox: Inbox,
        clock: Clock,
        counters: Counters,
        *,
        keepalive_s: int = 30,
    ):
        self._address = address
        self._keepalive_s = keepalive_s
        self._inbox = inbox
        self._clock = clock
        self._counters = counters
        self._lock = Lock()
        self._generation = 0
        self._filters: list[str] = []
        self._not_ours: list[str] = []
        self._expects_session = False
        self._on_session_lost: Callable[[], None] = lambda: None
        self._client = self._create_client(client_id)

    def start(
        self,
        shards: Collection[int] | None,
        *,
        beside: Sequence[str] = (),
        expects_session: bool,
        on_session_lost: Callable[[], None],
    ) -> None:
        """Connect and go on connecting for ever.

        `beside`: further subscriptions, of topics that name no shard.
        `on_session_lost` is called, on the client's thread, when the broker has forgotten a
        session that it should have kept.
        """
        self._note_link(connected=False)
        self._filters = [*uplink_filters(shards), *beside]
        if shards is not None:
            # The session may be that of a wider set, whose subscriptions the broker has kept.
            self._not_ours = uplink_filters(set(range(SHARDS)) - set(shards))
        self._expects_session = expects_session
        self._on_session_lost = on_session_lost
        address = self._address
        self._client.connect_async(address.host, address.port, keepalive=self._keepalive_s)
        self._client.loop_start()

    def stop(self) -> None:
        """End the connection, not the session; returns when the thread has ended.

        The last thing that is done with it: there is no client any more afterwards.
        """
        self._inbox.close()
        self._client.ended.set()
        self._client.disconnect()
        self._client.loop_stop()
        # The client closes the last of its sockets when it is freed: let nothing keep it.
        self._client.on_connect = self._client.on_disconnect = None
        self._client.on_subscribe = None
        del self._client

    @property
    def connected(self) -> bool:
        """Whether messages can be published now."""
        return self._client.is_connected()

    def ack(self, messages: Sequence[Arrived]) -> None:
        """Acknowledge in order of arrival; what came on an earlier connection is left alone.

        The broker counts packet ids from 1 again after it has restarted: an old acknowledgement
        would destroy another message. The lock keeps the connection from changing in between.
        """
        with self._lock:
            current = [one for one in messages if one.generation == self._generation]
            mids = [one.mid for one in current if one.qos]
            if mids:
                self._client.ack_run(mids)
        self._counters.stale_acks += len(messages) - len(current)
        self._counters.acks += len(mids)
        self._counters.unguaranteed += len(current) - len(mids)

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> bool:
        """Hand a message to the client, which keeps it until the broker has it.

        False when it has no room for more: to be said again later.
        """
        sent = self._client.publish(topic, payload, qos=1, retain=retain)
        return sent.rc != MQTTErrorCode.MQTT_ERR_QUEUE_SIZE

    def _create_client(self, client_id: str) -> RunClient:
        client = RunClient(client_id, self._arrived, self._counters)
        client.max_inflight_messages_set(MOST_IN_FLIGHT_OUT)
        client.max_queued_messages_set(MOST_QUEUED_OUT)
        client.reconnect_delay_set(min_delay=1, max_delay=10)
        if self._address.username is not None:
            client.username_pw_set(self._address.username, self._address.password)
        if self._address.tls:
            client.tls_set_context(client_context(self._address.files))
        client.on_connect = self._connected
        client.on_subscribe = self._subscribed
        client.on_disconnect = self._disconnected
        return client

    def _arrived(self, run: list[Published]) -> bool:
        """Not taken means not acknowledged; it comes again only on a new connection.

        Left alone on this one, it would hold its places in the broker's window for ever.
        """
        try:
            generation, now = self._generation, self._clock.now()
            taken = self._inbox.put(
                [
                    Arrived(generation, mid, qos, topic, body, now, retained)
                    for mid, qos, topic, body, retained in run
                ]
            )
            if not taken:
                self._counters.refused_for_room += len(run)
        except Exception:  # the library's thread must survive whatever happens here
            self._counters.callback_errors += 1
            logger.exception("Messages could not be taken.", extra={"event": "callback_error"})
            return False
        return taken

    def _connected(
        self,
        client: Client,
        _userdata: Any,
        flags: ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        with self._lock:
            self._generation += 1
        if reason.is_failure:
            logger.error(
                "The broker refused the connection.",
                extra={"event": "mqtt_refused", "reason": str(reason)},
            )
            return
        self._counters.connections += 1
        self._note_link(connected=True)
        self._note_certificates(client)
        client.subscribe([(one, 1) for one in self._filters])
        if self._not_ours:
            client.unsubscribe(self._not_ours)
        logger.info(
            "Connected to the broker.",
            extra={"event": "mqtt_connected", "session_present": flags.session_present},
        )
        if self._expects_session and not flags.session_present:
            self._tell_lost_session()
        self._expects_session = True

    def _subscribed(
        self,
        _client: Client,
        _userdata: Any,
        _mid: int,
        reasons: list[ReasonCode],
        _properties: Properties | None,
    ) -> None:
        """The broker answers each filter, in their order; silence would look like quiet boxes."""
        refused = [
            one for one, reason in zip(self._filters, reasons, strict=False) if reason.is_failure
        ]
        self._counters.subscriptions += len(reasons) - len(refused)
        self._counters.refused_subscriptions += len(refused)
        if refused:
            logger.error(
                "The broker refused subscriptions.",
                extra={"event": "subscription_refused", "topics": ", ".join(refused[:4])},
            )

    def _note_link(self, *, connected: bool) -> None:
        """For the heartbeat: while the broker is away, nobody's silence counts."""
        if self._counters.connected != connected or self._counters.link_since is None:
            self._counters.connected = connected
            self._counters.link_since = self._clock.now().isoformat()

    def _note_certificates(self, client: Client) -> None:
        """For the heartbeat: when one of them ends, no box is heard any more."""
        own = self._address.files.certificate
        ends = [peer_ends_at(client.socket()), None if own is None else ends_at(own)]
        known = [one for one in ends if one is not None]
        self._counters.certificate_ends_at = min(known).isoformat() if known else None

    def _tell_lost_session(self) -> None:
        self._counters.lost_sessions += 1
        self._counters.session_lost_at = self._clock.now().isoformat()
        logger.error(
            "The broker has lost our session; boxes are asked to send again.",
            extra={"event": "mqtt_session_lost"},
        )
        self._on_session_lost()

    def _disconnected(
        self,
        _client: Client,
        _userdata: Any,
        _flags: DisconnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        with self._lock:
            self._generation += 1
        self._note_link(connected=False)
        logger.warning(
            "The connection to the broker has ended.",
            extra={"event": "mqtt_disconnected", "reason": str(reason)},
        )
