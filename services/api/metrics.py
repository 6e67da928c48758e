"""Figures for Prometheus: what this process counts, and what it reads when it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.core.storage.figures import Figures


class Metrics:
    """The registry of one app; no box, shipment or person is ever a label."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "coldlane_http_requests",
            "Requests answered, by method, route and status.",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "coldlane_http_request_duration_seconds",
            "Time from request to the first byte of the answer.",
            ["method", "route"],
            registry=self.registry,
        )
        gauges = dict(_gauges())
        self._gauges = {
            name: Gauge(f"coldlane_{name}", text, labels, registry=self.registry)
            for name, (text, labels) in gauges.items()
        }

        self._told = _ToldByServices()
        self.registry.register(self._told)

    def render(self, figures: Figures, sse_clients: int) -> bytes:
        """The page that Prometheus reads."""
        for gauge in self._gauges.values():
            gauge.clear()
        self._gauges["sse_clients"].set(sse_clients)
        for evidence, count in figures.payloads_by_evidence.items():
            self._gauges["payloads"].labels(evidence).set(count)
        for (priority, acked), count in figures.alarms.items():
            self._gauges["alarms_active"].labels(str(priority), str(acked).lower()).set(count)
        for service, age in figures.heartbeat_age_s.items():
            self._gauges["heartbeat_age_seconds"].labels(service).set(age)
        for bay_class, spare in figures.least_spare_s.items():
            self._gauges["inspection_spare_seconds"].labels(bay_class).set(spare)
        self._gauges["worklist_rows"].set(figures.work_rows)
        self._gauges["worklist_oldest_seconds"].set(figures.work_oldest_s)
        self._gauges["ingest_last_received_age_seconds"].set(figures.last_received_age_s)
        self._gauges["rejected_messages"].set(figures.rejected)
        self._gauges["ingest_lag_seconds"].set(figures.worst.get(("ingest", "lag_s"), 0))
        self._gauges["ingest_waiting_messages"].set(figures.worst.get(("ingest", "waiting"), 0))
        self._told.figures = figures
        return generate_latest(self.registry)


def _gauges() -> Iterator[tuple[str, tuple[str, list[str]]]]:
    yield "sse_clients", ("Open streams.", [])
    yield "payloads", ("Payloads under way, by evidence.", ["evidence"])
    yield "alarms_active", ("Open alarms.", ["priority", "acked"])
    yield "heartbeat_age_seconds", ("Time since a service last beat.", ["service"])
    yield (
        "inspection_spare_seconds",
        ("Least time between a booked start and the latest start, by bay class.", ["bay_class"]),
    )
    yield "worklist_rows", ("Rows that wait for alerts.", [])
    yield "worklist_oldest_seconds", ("Age of the oldest row that waits.", [])
    yield "ingest_last_received_age_seconds", ("Time since a message was stored.", [])
    yield "ingest_lag_seconds", ("Longest that a message has waited for its commit lately.", [])
    yield "ingest_waiting_messages", ("Messages taken from the broker, not yet stored.", [])
    yield "rejected_messages", ("Messages ever refused and kept.", [])


INGEST_COUNTS = {
    "readings": "Readings stored.",
    "key_conflicts": "Numbers that came again with different content.",
    "unknown_fields": "Fields that the contract does not know.",
    "statuses": "Presence messages.",
    "corrected_boots": "Corrections of a boot's clock.",
    "reprocessed": "Refused messages that were read again.",
    "batches": "Transactions with messages.",
    "retries": "Transactions that had to be repeated: the database was away or slow.",
    "acks": "Messages acknowledged to the broker, after their commit.",
    "stale_acks": "Acknowledgements held back because the connection was a later one.",
    "receipts": "Receipts sent to boxes.",
    "connections": "Connections to the broker.",
    "subscriptions": "Topic filters that the broker let us subscribe to.",
    "refused_subscriptions": "Topic filters that the broker refused: what is sent there is lost.",
    "lost_sessions": "Times the broker had forgotten our session.",
    "retained": "Messages that the broker had retained: they come again with each subscription.",
    "unguaranteed": "Messages of QoS 0, which the broker may drop without a word.",
    "refused_for_room": "Messages not taken because the inbox was full for too long.",
    "callback_errors": "Messages that the client library's thread could not hand over.",
}
ALERTS_COUNTS = {
    "judged": "Payloads judged.",
    "changed": "Judgements that changed something visible.",
    "failed": "Judgements that failed; they are tried again.",
    "readings": "Readings folded in.",
    "alarm_moves": "Steps in the lives of alarms.",
    "calls": "Calls to people about alarms that nobody had taken.",
    "notices": "Notices delivered.",
}


class _ToldByServices(Collector):
    """Counters of other processes, from their heartbeats; one that starts anew begins at 0."""

    figures: Figures | None = None

    def collect(self) -> Iterator[CounterMetricFamily]:
        told = self.figures.told if self.figures else {}
        messages = CounterMetricFamily(
            "coldlane_ingest_messages", "Messages taken, by what became of them.", labels=["result"]
        )
        for result, name in (("rejected",) * 2, ("repeated",) * 2, ("taken", "messages")):
            messages.add_metric([result], told.get(("ingest", name), 0))
        yield messages
        for service, counts in (("ingest", INGEST_COUNTS), ("alerts", ALERTS_COUNTS)):
            for name, text in counts.items():
                value = told.get((service, name), 0)
                yield CounterMetricFamily(f"coldlane_{service}_{name}", text, value=value)


class CountRequests:
    """Counts every request under its route's pattern, never under its path."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = perf_counter()

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                route = getattr(scope.get("route"), "path", "other")
                method = scope["method"] if route != "other" else "other"
                self._metrics.requests.labels(method, route, message["status"]).inc()
                self._metrics.seconds.labels(method, route).observe(perf_counter() - began)
            await send(message)

        await self.app(scope, receive, counted)
