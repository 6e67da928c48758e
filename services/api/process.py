"""The process of the API: reads the settings and serves."""

from __future__ import annotations

from datetime import timedelta

from services.api.app import create_app
from services.api.gate import Gate
from services.api.serving import open_socket, serve
from services.core.runtime.audit_folder import AuditFolder
from services.core.runtime.clock import clock_from_env
from services.core.runtime.effective import told
from services.core.runtime.logs import configure_logging
from services.core.runtime.memory import collect_seldom
from services.core.runtime.process import run
from services.core.runtime.provider import read_provider
from services.core.runtime.settings import (
    ApiSettings,
    AuditSettings,
    DatabaseSettings,
    LogSettings,
)
from services.core.storage.database import Database
from services.core.storage.isolation.rights import Service


def gate_of(settings: ApiSettings) -> Gate:
    """How people get in, by the settings."""
    return Gate(
        demanded=settings.sign_in_demanded,
        public_url=settings.public_url,
        port=settings.api_port,
        idle=timedelta(minutes=settings.session_idle_min),
        lasts=timedelta(hours=settings.session_h),
    )


async def _main() -> None:
    settings = ApiSettings()
    stored = DatabaseSettings()
    audit = AuditSettings()
    folder = AuditFolder(audit.audit_dir) if audit.audit_dir else None
    database = Database(
        stored.url,
        pool_size=stored.database_pool_size,
        application_name="coldlane-api",
        service=Service.API,
    )
    database.audit_key = folder.ensure_keys().current if folder else None
    try:
        app = create_app(
            clock_from_env(),
            database,
            boxes_connect_to=settings.boxes_connect_to,
            shift_ends=settings.shift_ends,
            gate=gate_of(settings),
            provider=read_provider(settings.oidc_file) if settings.oidc_file else None,
            photo_keys=settings.photo_keys,
            factor_keys=settings.factor_keys,
            identity_keys=settings.identity_keys,
            audit_folder=folder,
            observer_sha256=settings.observer_sha256,
            map_tiles=settings.map_tiles,
            duty_phone=settings.duty_phone,
        )
        listening = open_socket(settings.api_host, settings.api_port)
        await serve(
            app,
            listening,
            told(settings, stored, audit),
            anchor_every=audit.anchor_every,
            head_every=audit.head_every,
        )
    finally:
        await database.close()


def main() -> int:
    """Returns the exit code."""
    logs = LogSettings()
    configure_logging("api", logs.log_format, logs.log_level)
    collect_seldom()
    return run(_main)
