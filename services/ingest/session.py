"""The MQTT client of ingest: paho's, but for how messages are read and acknowledged.

paho reads a packet with four calls of the system and half a dozen locks, and sends each
acknowledgement by itself; while another thread computes, each of those calls may wait for the
interpreter's lock. Here one call brings all the packets that there are, and acknowledgements of a
batch go out together. Connecting, TLS, keepalive, subscriptions and what we publish stay paho's.

Three of paho's inner methods are used for it, and one is replaced. `tests/unit/ingest` holds them
to what we need of them, so that another version of paho cannot change them unnoticed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Event

from paho.mqtt.client import Client, time_func
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion

from services.ingest.counters import Counters
from services.ingest.packets import (
    PUBACK,
    RETAINED,
    Malformed,
    Packet,
    PacketSplitter,
    Published,
    pubacks,
    read_publish,
)

PAUSE_S = 1.0
READ_AT_ONCE = 64 * 1024

Handler = Callable[[list[Published]], bool]
"""Says whether it took them: if not, the connection ends, and they come again on the next one."""

logger = logging.getLogger(__name__)


class RunClient(Client):
    """Hands on the messages of one read together; acknowledges none of them by itself.

    Its thread goes on after an error in it.
    """

    def __init__(self, client_id: str, on_published: Handler, counters: Counters):
        # MQTT 3.1.1 costs the broker and us less than 5 does, and keeps the session as well.
        super().__init__(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            clean_session=False,
            protocol=MQTTProtocolVersion.MQTTv311,
            manual_ack=True,
        )
        self.ended = Event()
        self._on_published = on_published
        self._counters = counters
        self._splitter = PacketSplitter()
        self._is_told = False

    def loop_forever(
        self, timeout: float = 1.0, retry_first_connection: bool = False
    ) -> MQTTErrorCode:
        while True:
            try:
                return super().loop_forever(timeout, retry_first_connection)
            except Exception:
                self._counters.callback_errors += 1
                logger.exception(
                    "The connection to the broker failed; making a new one.",
                    extra={"event": "mqtt_failed"},
                )
            if self.ended.wait(PAUSE_S):
                return MQTTErrorCode.MQTT_ERR_SUCCESS
            with suppress(OSError):  # the loop will try again
                self.reconnect()

    def reconnect(self) -> MQTTErrorCode:
        """What was cut off on the last connection is not finished on this one."""
        self._splitter = PacketSplitter()
        try:
            done = super().reconnect()
        except OSError as error:
            self._tell_unreachable(str(error))
            raise
        self._is_told = False
        return done

    def _tell_unreachable(self, detail: str) -> None:
        """Once for each time that it cannot be reached, however often it is tried."""
        if not self._is_told:
            self._is_told = True
            logger.warning(
                "The broker cannot be reached; trying again.",
                extra={"event": "mqtt_unreachable", "detail": detail},
            )

    def ack_run(self, mids: Sequence[int]) -> None:
        """Acknowledge these messages in this order, on the connection that stands now."""
        self._packet_queue(PUBACK, pubacks(list(mids)), 0, 1)

    def _packet_read(self) -> MQTTErrorCode:
        """Called by paho when there is something to read."""
        try:
            data = self._sock_recv(READ_AT_ONCE)
        except BlockingIOError:
            return MQTTErrorCode.MQTT_ERR_AGAIN
        except OSError:
            return MQTTErrorCode.MQTT_ERR_CONN_LOST
        if not data:
            return MQTTErrorCode.MQTT_ERR_CONN_LOST
        with self._msgtime_mutex:  # what paho's keepalive asks for
            self._last_bytes_received = time_func()
        try:
            return self._handle(self._splitter.feed(data))
        except Malformed:
            return MQTTErrorCode.MQTT_ERR_PROTOCOL

    def _handle(self, packets: Sequence[Packet]) -> MQTTErrorCode:
        """Messages together; a packet of another kind in its place between them."""
        run: list[Published] = []
        for packet in packets:
            if packet.is_publish:
                self._counters.retained += packet.first & RETAINED
                run.append(read_publish(packet))
                continue
            if run and not self._on_published(run):
                return MQTTErrorCode.MQTT_ERR_CONN_LOST
            run = []
            if result := self._leave_to_paho(packet):
                return result
        if run and not self._on_published(run):
            return MQTTErrorCode.MQTT_ERR_CONN_LOST
        return MQTTErrorCode.MQTT_ERR_SUCCESS

    def _leave_to_paho(self, packet: Packet) -> MQTTErrorCode:
        self._in_packet["command"] = packet.first
        self._in_packet["remaining_length"] = len(packet.body)
        self._in_packet["packet"] = bytearray(packet.body)
        self._in_packet["pos"] = 0
        return self._packet_handle()
