"""The process of ingest: reads the settings and runs until it is told to stop."""

from __future__ import annotations

import asyncio
import logging

from services.core.runtime.clock import clock_from_env
from services.core.runtime.logs import configure_logging
from services.core.runtime.memory import collect_seldom
from services.core.runtime.process import run
from services.core.runtime.settings import (
    DatabaseSettings,
    IngestSettings,
    LogSettings,
    MqttSettings,
)
from services.core.storage.database import Database
from services.core.storage.isolation.rights import Service
from services.core.wire.mapping.file import MappingFileInvalid, read_mapping
from services.core.wire.mapping.rules import MappingRules
from services.ingest.counters import Counters
from services.ingest.service import SERVICE, Ingest

logger = logging.getLogger(__name__)


EXIT_WRONG_USE = 2


async def serve(mapping: MappingRules) -> None:
    """Build the parts from the settings and run them until the process is told to stop."""
    settings = DatabaseSettings()
    database = Database(
        settings.url,
        pool_size=settings.database_pool_size,
        application_name=f"coldlane-{SERVICE}",
        service=Service.INGEST,
    )
    ingest = Ingest(
        database=database,
        clock=clock_from_env(),
        mqtt=MqttSettings(),
        settings=IngestSettings(),
        counters=Counters(),
        mapping=mapping,
    )
    try:
        await ingest.run()
    finally:
        await asyncio.shield(database.close())


def main() -> int:
    """The process; returns its exit code."""
    log = LogSettings()
    configure_logging(SERVICE, log.log_format, log.log_level)
    collect_seldom()
    path = IngestSettings().mapping_file
    try:
        mapping = MappingRules() if path is None else read_mapping(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, MappingFileInvalid) as error:
        logger.error(
            "The mapping file cannot be used.",
            extra={"event": "mapping_unusable", "path": str(path), "detail": str(error)},
        )
        return EXIT_WRONG_USE
    return run(lambda: serve(mapping))
