"""The reference page of the figures for Prometheus, made from the registry that serves them."""

from __future__ import annotations

from services.api.metrics import Metrics

_HEAD = """\
# Figures for Prometheus

`GET /metrics` of the API. Written by `make generate` from
`services/api/metrics.py`; do not edit by hand. No box, shipment or person is ever a label. The
figures of ingest and alerts come from their heartbeats (every 5 s), summed over their processes.
Without `COLDLANE_METRICS_TOKEN_FILE` they are read on this machine alone, not through a proxy that
names whom it speaks for; with it everybody sends its content, and `prometheus.yml` says so:

    scrape_configs:
      - job_name: coldlane
        authorization: {credentials_file: /etc/prometheus/coldlane.token}
        static_configs: [{targets: ["127.0.0.1:8080"]}]

What to watch: `coldlane_heartbeat_age_seconds` above 15, `coldlane_ingest_lag_seconds` above 5,
`coldlane_worklist_oldest_seconds` above 30, and any rise of `coldlane_ingest_lost_sessions_total`,
`coldlane_ingest_key_conflicts_total` or `coldlane_alerts_failed_total`. `coldlane doctor` looks at
the same things and says what to do.

Refused access counts by route and status: 401 not proven, 403 not allowed, 429 too often. What
another house has is 404 and no refusal. Roles and routes stand in the log ([logs](logs.md)). A rule
to begin with, its numbers our own choice:

    - alert: ColdlaneAccessRefused
      expr: >-
        sum by (route, status)
        (increase(coldlane_http_requests_total{status=~"401|403|429"}[10m])) > 20
      annotations: {summary: "{{ $labels.route }} was refused again and again"}

| figure | kind | meaning |
|---|---|---|
"""


def metrics_page() -> str:
    """Every figure with its kind and what it means."""
    families = sorted(Metrics().registry.collect(), key=lambda family: family.name)
    rows = [
        f"| `{family.name}{'_total' if family.type == 'counter' else ''}` | {family.type} |"
        f" {family.documentation} |\n"
        for family in families
    ]
    return _HEAD + "".join(rows)
