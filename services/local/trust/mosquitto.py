"""Settings of a Mosquitto that boxes out in the world connect to.

The limits are those of the shipped file for one machine; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

TLS_PORT = 8883
INGEST = "coldlane-ingest"
UPLINKS = ("telemetry", "senml", "event", "status")
DOWNLINKS = ("receipt", "command")

_LISTENER = """\
# Written by `coldlane broker config`; changes made here are lost.
# Who connects shows a certificate of an authority in trusted.crt that is not in revoked.crl. Its
# common name is its user name and its client id, whatever the client says.
listener {port} 0.0.0.0
tls_version tlsv1.2
cafile {folder}/trusted.crt
crlfile {folder}/revoked.crl
certfile {folder}/server.crt
keyfile {folder}/server.key
require_certificate true
use_identity_as_username true
use_username_as_clientid true
max_connections 12000
"""
_REST = """
allow_anonymous false
acl_file {folder}/acl

persistence true
persistence_location {data}/
autosave_interval 5
autosave_on_changes false
persistent_client_expiration 30d

max_inflight_messages 4000
max_queued_messages 1000000
max_queued_bytes 2147483648
message_size_limit 262144
max_packet_size 264192
# A client that says less often that it is alive is no longer told apart from a dead one.
max_keepalive 3600

pid_file {data}/mosquitto.pid
connection_messages true
log_dest stdout
log_type error
log_type warning
log_type notice
log_timestamp_format %Y-%m-%dT%H:%M:%SZ
"""


def configuration(folder: Path, data: Path, port: int = TLS_PORT) -> str:
    """The settings file; `folder` holds it and the certificates, `data` what the broker keeps."""
    return (_LISTENER + _REST).format(folder=folder, data=data, port=port)


def access_list(services: Sequence[str] = (INGEST,)) -> str:
    """Who may say what. Names of services are in small letters, those of boxes never."""
    return "\n".join([_ACL_HEAD, *(_of_service(one) for one in services), _of_boxes()])


_ACL_HEAD = """\
# Who may say what; written by `coldlane broker config` and `make generate`. A name is that of the
# certificate: of a box its box id, of ingest the name of its session (COLDLANE_MQTT_CLIENT_ID, and
# with COLDLANE_MQTT_SHARDS its first shard). Nobody else has an account, the API neither.
"""


def _of_service(name: str) -> str:
    lines = [f"user {name}"]
    lines += [f"topic read cl/v1/+/+/{leaf}" for leaf in UPLINKS]
    lines += [f"topic write cl/v1/+/+/{leaf}" for leaf in DOWNLINKS]
    return "\n".join([*lines, ""])


def _of_boxes() -> str:
    lines = ["# %u is the user name: a box writes as itself and reads what is meant for it."]
    lines += [f"pattern write cl/v1/+/%u/{leaf}" for leaf in UPLINKS]
    lines += [f"pattern read cl/v1/+/%u/{leaf}" for leaf in DOWNLINKS]
    return "\n".join([*lines, ""])
