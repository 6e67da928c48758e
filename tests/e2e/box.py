"""A cold box as its firmware would be: it publishes readings with an ordinary MQTT client."""

from datetime import UTC, datetime, timedelta

from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from services.core.runtime.written import parse_mqtt_url
from services.core.wire.payload import Channel, TelemetryReading, encode_telemetry

BOOT = "0a1b2c3d"
PROBE, SECOND_PROBE = "PT-1", "PT-2"


class PublishingBox:
    """One box at one broker; sequence numbers go on from message to message."""

    def __init__(self, broker_url: str, topic: str) -> None:
        self._topic = topic
        self._next_seq = 0
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2)
        address = parse_mqtt_url(broker_url)
        self._client.username_pw_set(address.username or "", address.password)
        self._client.connect(address.host, address.port)
        self._client.loop_start()

    def publish(
        self,
        temperatures_c: list[float],
        *,
        every: timedelta,
        ago: timedelta = timedelta(0),
        beside_c: float | None = None,
        first_seq: int | None = None,
    ) -> None:
        """Hand over a stretch of readings that ends now, or ended so long ago; where it is said,
        with what a second probe read beside each. What comes late from the middle of a log has
        lower numbers than what came before it."""
        if first_seq is not None:
            self._next_seq = first_seq
        end = datetime.now(UTC) - ago
        beside = None if beside_c is None else (Channel(probe=SECOND_PROBE, temp_c=beside_c),)
        readings = []
        for place, temp_c in enumerate(temperatures_c):
            at = end - every * (len(temperatures_c) - 1 - place)
            readings.append(
                TelemetryReading(
                    seq=self._next_seq,
                    t=at,
                    temp_c=temp_c,
                    clock="synced",
                    probe=PROBE if beside else None,
                    channels=beside,
                    lat=31.1443,
                    lon=121.8083,
                    acc_m=12,
                    battery_pct=87,
                )
            )
            self._next_seq += 1
        sent = self._client.publish(self._topic, encode_telemetry(BOOT, readings), qos=1)
        sent.wait_for_publish(timeout=60)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()
