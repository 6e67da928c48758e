"""Whether a server that others run answers at its address."""

from urllib.parse import urlsplit

from services.local.errors import Unreachable
from services.local.ports import LOOPBACK, answers

_USUAL_PORTS = {"database": 5432, "broker": 1883}
_VARIABLES = {"database": "COLDLANE_DATABASE_URL", "broker": "COLDLANE_MQTT_URL"}
_PATIENCE_S = 5


def check_reachable(what: str, url: str) -> None:
    """Raise Unreachable unless somebody listens there; `what` is "database" or "broker"."""
    parts = urlsplit(url)
    host, port = parts.hostname or LOOPBACK, parts.port or _USUAL_PORTS[what]
    if not answers(port, host=host, timeout_s=_PATIENCE_S):
        raise Unreachable(
            f"the {what} at {host}:{port} does not answer: start it, correct its address in"
            f" {_VARIABLES[what]}, or leave that variable out where `coldlane up` shall run its own"
        )
