"""Reads the compose file and holds it to what a deployment of ours must be."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

_ONE_SHOT = {"migrate"}
_NOT_WATCHED = {"demo"}


def compose_problems(root: Path) -> Iterator[str]:
    """What compose would refuse, and what a deployment of ours must not lack."""
    document = yaml.safe_load((root / "deploy" / "compose.yaml").read_text())
    services: dict[str, dict[str, Any]] = document["services"]
    volumes = set(document.get("volumes", {}))
    for name, service in services.items():
        for problem in _service_problems(name, service, set(services)):
            yield f"{name}: {problem}"
        yield from (f"{name}: {each}" for each in _mount_problems(root, service, volumes))


def _service_problems(name: str, service: dict[str, Any], known: set[str]) -> Iterator[str]:
    if "image" not in service:
        yield "no image"
    if name not in _ONE_SHOT | _NOT_WATCHED and "healthcheck" not in service:
        yield "no healthcheck"
    if name not in _ONE_SHOT and service.get("restart") != "unless-stopped":
        yield "does not come back by itself (restart: unless-stopped)"
    for other in set(service.get("depends_on", {})) - known:
        yield f"depends on {other}, which is not there"
    for port in service.get("ports", []):
        if not str(port).startswith("127.0.0.1:"):
            yield f"port {port} is open to more than this machine"


def _mount_problems(root: Path, service: dict[str, Any], volumes: set[str]) -> Iterator[str]:
    for mount in service.get("volumes", []):
        source = str(mount).split(":")[0]
        if source.startswith("."):
            if not (root / "deploy" / source).exists():
                yield f"mounts {source}, which is not there"
        elif source not in volumes:
            yield f"volume {source} is not declared"


def variables_of(root: Path) -> set[str]:
    """Names that the compose file takes from the environment."""
    text = (root / "deploy" / "compose.yaml").read_text()
    return set(re.findall(r"(?<!\$)\$\{(\w+)", text))
