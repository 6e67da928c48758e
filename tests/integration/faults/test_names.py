"""Names that nobody can resolve for a while: told once, waited for, and met again by themselves."""

import asyncio
import logging
import socket
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import make_url

from services.alerts.service import Alerts
from services.api.app import create_app
from services.core.runtime.clock import SystemClock
from services.core.runtime.settings import (
    AlertsSettings,
    IngestSettings,
    MqttSettings,
    NoticeSettings,
)
from services.core.storage.database import Database
from services.core.storage.isolation.rights import Service
from services.ingest.counters import Counters
from services.ingest.service import Ingest
from tests.support.api import local_client
from tests.support.brokers import MosquittoBroker
from tests.support.ingesting import a_box, a_reading, eventually, register

STORE, BROKER = "store.coldlane.test", "broker.coldlane.test"
NAME = "CB-0007"


class Names:
    """The resolver of this process: knows those of our names that it is told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.known: set[str] = set()
        self.asked: Counter[str] = Counter()
        self._ask = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", self._answer)

    def _answer(self, host: Any, *more: Any, **named: Any) -> Any:
        if host not in (STORE, BROKER):
            return self._ask(host, *more, **named)
        self.asked[host] += 1
        if host not in self.known:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return self._ask("127.0.0.1", *more, **named)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    return Names(monkeypatch)


@asynccontextmanager
async def services(store_url: str, broker_port: int) -> AsyncIterator[Counters]:
    """Ingest and alerts in this process, each with a handle of its own."""
    counters, clock = Counters(), SystemClock()
    handles = [Database(store_url, service=one) for one in (Service.INGEST, Service.ALERTS)]
    ingest = Ingest(
        database=handles[0],
        clock=clock,
        mqtt=MqttSettings(mqtt_url=SecretStr(f"mqtt://{BROKER}:{broker_port}")),
        settings=IngestSettings(),
        counters=counters,
    )
    alerts = Alerts(handles[1], clock, AlertsSettings(), NoticeSettings())
    tasks = [asyncio.create_task(one.run()) for one in (ingest, alerts)]
    try:
        yield counters
        assert not any(task.done() for task in tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        for handle in handles:
            await handle.close()


@pytest.mark.timeout(240)
async def test_f46_names_that_do_not_resolve_are_told_once_and_waited_for(
    database: Database,
    database_url: str,
    mosquitto: MosquittoBroker,
    names: Names,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, logger="services.core.runtime.outage")
    await register(database, NAME)
    store_url = make_url(database_url).set(host=STORE).render_as_string(hide_password=False)

    def told(event: str) -> int:
        return sum(getattr(one, "event", None) == event for one in caplog.records)

    api_handle = Database(store_url, service=Service.API)
    async with (
        local_client(create_app(SystemClock(), api_handle)) as client,
        services(store_url, mosquitto.port) as counters,
    ):
        await eventually(lambda: names.asked[STORE] > 12, seconds=60, what="many a question")
        waits = "waiting_for_database"
        await eventually(lambda: told(waits) == 2, seconds=60, what="each of the two to say so")
        assert (await client.get("http://localhost/readyz")).status_code == 503

        assert told(waits) == 2
        names.known.add(STORE)
        await eventually(lambda: names.asked[BROKER] > 2, seconds=60, what="the broker's turn")
        assert (await client.get("http://localhost/readyz")).status_code == 200
        assert told("mqtt_unreachable") == 1

        names.known.add(BROKER)
        await eventually(lambda: counters.subscriptions, seconds=60, what="a connection")
        with a_box(mosquitto.url, NAME) as box:
            box.send(a_reading(0))
            await eventually(lambda: box.contiguous() == 0, seconds=60, what="the receipt")
        await eventually(lambda: told("database_answers") == 2, seconds=60, what="both to beat")
    await api_handle.close()
