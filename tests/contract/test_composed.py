"""What the compose file would start is held to the code: keys, images, commands, settings, logins.

No container engine starts it here; the runbook says so.
"""

import re
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from sqlalchemy import make_url

from scripts.check.environment import settings_classes
from services.cli.app import app
from services.core.runtime.settings import ApiSettings, AuditSettings
from services.core.storage.isolation.rights import Service
from services.core.storage.isolation.statements import role_of
from simulators.__main__ import app as simulators

_TOP = {"name", "services", "volumes"}
_KEYS = {
    *("build", "cap_drop", "command", "depends_on", "environment", "healthcheck", "image", "init"),
    *("network_mode", "ports", "profiles", "read_only", "restart", "security_opt", "shm_size"),
    *("stop_grace_period", "tmpfs", "volumes"),
}
_HEALTH = {"test", "interval", "timeout", "retries", "start_period"}
_WAITS = {"service_healthy", "service_started", "service_completed_successfully"}
_PLACE = re.compile(r"(?<!\$)\$\{(\w+)(?::?([-?])([^}]*))?\}")
_FILLED = {"PASSWORD": "0123456789abcdef", "SECRET": "whsec_" + "QUJD" * 8}
_OWNER = "coldlane"


def _value(place: re.Match[str]) -> str:
    """As whoever copies env.example fills it in: passwords, and the rest as it is offered."""
    name, kind, default = place.groups()
    for end, value in _FILLED.items():
        if name.endswith(end):
            return value
    return str(default) if kind == "-" else ""


@pytest.fixture(scope="module")
def composed(pytestconfig: pytest.Config) -> dict[str, Any]:
    text = (pytestconfig.rootpath / "deploy" / "compose.yaml").read_text()
    found: dict[str, Any] = yaml.safe_load(_PLACE.sub(_value, text))
    return found


def _ours(composed: dict[str, Any]) -> dict[str, Any]:
    return {n: one for n, one in composed["services"].items() if one["image"] == "coldlane"}


def test_the_compose_file_has_no_key_that_compose_does_not_know(composed: dict[str, Any]) -> None:
    assert {name for name in composed if not name.startswith("x-")} == _TOP
    for name, service in composed["services"].items():
        assert set(service) <= _KEYS, name
        assert set(service.get("healthcheck", {})) <= _HEALTH, name
        waits = {one["condition"] for one in service.get("depends_on", {}).values()}
        assert waits <= _WAITS, name


def test_images_of_others_are_named_by_their_version(composed: dict[str, Any]) -> None:
    others = {one["image"] for one in composed["services"].values()} - {"coldlane"}
    assert others
    assert all(re.fullmatch(r"[\w./-]+:\d+\.\d+[\w.-]*", image) for image in others), others


def test_services_of_ours_run_with_no_more_rights_than_they_need(composed: dict[str, Any]) -> None:
    for name, service in _ours(composed).items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name


def test_each_command_of_the_compose_file_is_one_of_ours(composed: dict[str, Any]) -> None:
    ours: Any = typer.main.get_command(app)
    simulated: Any = typer.main.get_command(simulators)  # `coldlane simulate` hands its words on
    for name, service in _ours(composed).items():
        words, command = list(service["command"]), ours
        if words[0] == "simulate":
            words, command = words[1:], simulated
        while words and words[0] in getattr(command, "commands", {}):
            command = command.commands[words.pop(0)]
        assert not hasattr(command, "commands"), (name, service["command"])
        known = {option for param in command.params for option in param.opts}
        assert {word.partition("=")[0] for word in words} <= known, name


def test_each_service_s_settings_are_taken_by_the_code(
    composed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, service in _ours(composed).items():
        with monkeypatch.context() as environment:
            for variable, value in service.get("environment", {}).items():
                assert variable.startswith("COLDLANE_"), name
                environment.setenv(variable, "" if value is None else str(value))
            set_here = service.get("environment", {}).keys()
            for each in settings_classes():
                if set_here & {f"COLDLANE_{field}".upper() for field in each.model_fields}:
                    each()


def test_each_service_has_the_login_of_its_role_and_migrate_sets_its_password(
    composed: dict[str, Any],
) -> None:
    services = composed["services"]
    chosen = services["migrate"]["environment"]
    urls = {name: one["environment"] for name, one in _ours(composed).items() if name != "demo"}
    for name, environment in urls.items():
        url = make_url(environment["COLDLANE_DATABASE_URL"])
        if name == "migrate":
            assert url.username == _OWNER
            continue
        service = Service(name.partition("-")[0])
        assert url.username == role_of(_OWNER, service)
        assert url.password == chosen[f"COLDLANE_{service.upper()}_PASSWORD"]


def test_api_signs_people_in_and_holds_its_keys_outside_the_database(
    composed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    api = composed["services"]["api"]
    for variable, value in api["environment"].items():
        monkeypatch.setenv(variable, "" if value is None else str(value))
    settings, audit = ApiSettings(), AuditSettings()
    assert settings.sign_in_demanded
    mounts = dict(one.split(":") for one in api["volumes"])
    kept = {Path(path): name for name, path in mounts.items()}
    assert mounts.keys() <= composed["volumes"].keys()
    assert audit.audit_dir is not None
    assert kept[audit.audit_dir]
    files = (settings.photo_key_file, settings.factor_key_file, settings.identity_key_file)
    assert len(set(files)) == len(files)
    assert all(file is not None and file.parent in kept for file in files), files


def test_each_name_of_the_compose_file_is_offered_to_whoever_fills_it_in(
    pytestconfig: pytest.Config,
) -> None:
    folder = pytestconfig.rootpath / "deploy"
    read = {found[1] for found in _PLACE.finditer((folder / "compose.yaml").read_text())}
    assert read == set(re.findall(r"^(\w+)=", (folder / "env.example").read_text(), re.M))


def test_runbook_makes_each_file_of_keys_before_the_first_start(
    composed: dict[str, Any], pytestconfig: pytest.Config
) -> None:
    text = (pytestconfig.rootpath / "deploy" / "runbook.md").read_text()
    before = text.partition("docker compose up -d --wait")[0]
    image = (pytestconfig.rootpath / "deploy" / "Dockerfile").read_text()
    for name, value in composed["services"]["api"]["environment"].items():
        if name.endswith("_KEY_FILE"):
            assert re.search(rf"api (photo|factor)-key {value}$", before, re.M), name
            assert str(Path(value).parent) in image, name
