"""The process of alerts: reads the settings and runs until it is told to stop."""

from __future__ import annotations

import asyncio

from services.alerts.service import SERVICE, Alerts
from services.core.runtime.clock import clock_from_env
from services.core.runtime.logs import configure_logging
from services.core.runtime.memory import collect_seldom
from services.core.runtime.process import run
from services.core.runtime.settings import (
    AlertsSettings,
    DatabaseSettings,
    LogSettings,
    NoticeSettings,
)
from services.core.storage.database import Database
from services.core.storage.isolation.rights import Service


async def serve() -> None:
    """Build the parts from the settings and run them until the process is told to stop."""
    settings = DatabaseSettings()
    database = Database(
        settings.url,
        pool_size=settings.database_pool_size,
        application_name=f"coldlane-{SERVICE}",
        service=Service.ALERTS,
    )
    try:
        await Alerts(database, clock_from_env(), AlertsSettings(), NoticeSettings()).run()
    finally:
        await asyncio.shield(database.close())


def main() -> int:
    """The process; returns its exit code."""
    log = LogSettings()
    configure_logging(SERVICE, log.log_format, log.log_level)
    collect_seldom()
    return run(serve)
