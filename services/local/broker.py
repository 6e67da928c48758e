"""The embedded MQTT broker (rumqttd from the iotcore wheel) as a child process with our settings.

What it can and cannot do is written down in docs/explanation/embedded-broker.md and tried in
tests/integration/local/test_broker.py.
"""

import importlib.util
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from services.local.children import ChildPlan, end, last_words, spawn
from services.local.errors import LocalFailure, PartMissing, PortTaken
from services.local.ports import LOOPBACK, answers, free_port, is_free
from services.local.waiting import wait_for

_PATIENCE = timedelta(seconds=15)
MAX_PAYLOAD_BYTES = 256 * 1024  # twice the largest legal batch, as at every broker we support

# Each subscription's messages are kept in memory, read or not, in segments; when all are full the
# oldest is dropped without a word. 48 MiB are about 200,000 single readings.
_CONFIGURATION = """\
# Written by Coldlane at every start; changes made here are lost.
id = 0

[router]
id = 0
max_connections = 10000
max_outgoing_packet_count = 1000
max_segment_size = 4194304
max_segment_count = 12

[v4.1]
name = "local"
listen = "{host}:{port}"
next_connection_delay_ms = 1

[v4.1.connections]
connection_timeout_ms = 60000
max_payload_size = {max_payload_bytes}
max_inflight_count = 1000
dynamic_filters = false
"""


class EmbeddedBroker:
    """One broker on the loopback address; sessions and retained messages live as long as it."""

    name = "broker"

    def __init__(self, data_dir: Path, *, port: int = 0, log: Path | None = None) -> None:
        """`port` 0 takes a free one."""
        self._home = data_dir.absolute()
        self._port = port or free_port()
        self.log = log or self._home / "broker.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the running broker."""
        return self._process.pid if self._process and self._process.poll() is None else None

    @property
    def url(self) -> str:
        """Address for clients on this machine."""
        return f"mqtt://{LOOPBACK}:{self._port}"

    def start(self) -> str:
        """Start the broker and wait until it takes connections; returns its address."""
        self.prepare()
        self.launch()
        if not wait_for(lambda: self.ready() or self.pid is None, _PATIENCE) or self.pid is None:
            self.stop()
            raise LocalFailure(f"the broker did not start; its last words:\n{last_words(self.log)}")
        return self.url

    def prepare(self) -> None:
        """Check that a start can succeed, and write the configuration."""
        if importlib.util.find_spec("iotcore") is None:
            raise PartMissing(
                "there is no embedded broker for this machine: run a broker, such as Mosquitto,"
                " and give its address in COLDLANE_MQTT_URL=mqtt://user:password@host:1883"
            )
        if not is_free(self._port):
            raise PortTaken(
                f"port {self._port} for boxes is taken by another program: choose another one"
                f" with --mqtt-port, such as --mqtt-port {self._port + 1}"
            )
        self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._settings_file.write_text(
            _CONFIGURATION.format(
                host=LOOPBACK, port=self._port, max_payload_bytes=MAX_PAYLOAD_BYTES
            )
        )

    def launch(self) -> None:
        """Start the broker; returns at once.

        Its log level is the highest, because rumqttd marks every packet as an error.
        """
        command = [sys.executable, "-P", "-m", "iotcore", "--log-level", "CRITICAL"]
        plan = ChildPlan(
            command=[*command, "--config", str(self._settings_file)],
            log=self.log,
            environment=os.environ,
        )
        self._process = spawn(plan)

    def ready(self) -> bool:
        """Whether it takes connections."""
        return self.pid is not None and answers(self._port)

    def ask_to_end(self) -> None:
        """Others may still need it: it ends when it is stopped."""

    def stop(self) -> None:
        """End the broker; what it held in memory is gone."""
        if self._process is not None:
            end(self._process, signal.SIGTERM, 5)
            self._process = None

    @property
    def _settings_file(self) -> Path:
        return self._home / "broker.toml"
