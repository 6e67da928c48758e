"""The reference page of the figures for Prometheus, made from the registry that serves them."""

from __future__ import annotations

from services.api.metrics import Metrics

_HEAD = """\
# Figures for Prometheus

`GET /metrics` of the API, on the loopback address. Written by `make generate` from
`services/api/metrics.py`; do not edit by hand. No box, shipment or person is ever a label. The
figures of ingest and alerts come from their heartbeats (every 5 s), summed over their processes.
It asks nobody who they are, also where people sign in: let the API listen on loopback alone, and
let no proxy pass this path on.

What to watch: `coldlane_heartbeat_age_seconds` above 15, `coldlane_ingest_lag_seconds` above 5,
`coldlane_worklist_oldest_seconds` above 30, and any rise of `coldlane_ingest_lost_sessions_total`,
`coldlane_ingest_key_conflicts_total` or `coldlane_alerts_failed_total`. `coldlane doctor` looks at
the same things and says what to do.

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
