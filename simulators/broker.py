"""Where a broker is, how it is spoken to, and as whom."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from paho.mqtt.enums import MQTTProtocolVersion

from services.core.domain.errors import Invalid
from services.core.runtime.certificates import client_context
from services.core.runtime.written import TlsFiles

_DEFAULT_PORTS = {"mqtt": 1883, "mqtts": 8883}


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """Where the broker is and which version of the protocol it speaks."""

    host: str
    port: int
    username: str | None = None
    password: str | None = None
    version: MQTTProtocolVersion = MQTTProtocolVersion.MQTTv5
    identities: Path | None = None

    @classmethod
    def from_url(cls, url: str, identities: Path | None = None) -> Broker:
        """Read `mqtt://[user:password@]host[:port]`, or `mqtts://`; raises Invalid.

        `identities`: the folder with ca.crt and, of each box, <box id>.crt and <box id>.key.
        """
        parts = urlsplit(url)
        if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
            raise Invalid(
                f"{url!r} is not the address of a broker",
                field="mqtt_url",
                remedy="give mqtt://host:port",
            )
        if (parts.scheme == "mqtts") != (identities is not None):
            raise Invalid(
                "certificates go with a broker at mqtts://, and with no other",
                field="mqtt_url",
                remedy="give mqtts://host:port and --tls FOLDER together",
            )
        return cls(
            host=parts.hostname,
            port=parts.port or _DEFAULT_PORTS[parts.scheme],
            username=parts.username,
            password=parts.password,
            identities=identities,
        )

    def context_of(self, name: str) -> ssl.SSLContext | None:
        """TLS as this box; None where the broker takes plain connections."""
        if self.identities is None:
            return None
        folder = self.identities
        files = TlsFiles(
            authorities=folder / "ca.crt",
            certificate=folder / f"{name}.crt",
            key=folder / f"{name}.key",
        )
        try:
            return client_context(files)
        except (OSError, ValueError) as error:
            raise Invalid(
                f"{name} has no certificate in {folder} that can be used: {error}",
                field="tls",
                remedy=f"give it one: coldlane box enrol {name} --out {folder}",
            ) from error
