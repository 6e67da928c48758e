"""Logging set up once per process: lines for people on a console, JSON lines for machines."""

import json
import logging
import sys
from datetime import UTC, datetime

# Ends of lines to some readers that JSON leaves as they are.
_LINE_ENDS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}
_TALKATIVE = ("alembic", "httpx")
_STANDARD_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def _fields(record: logging.LogRecord) -> dict[str, object]:
    """What the caller put in `extra`."""
    return {name: value for name, value in vars(record).items() if name not in _STANDARD_FIELDS}


def _in_one_line(value: object) -> str:
    """A value from outside must not write a line of its own, or move the cursor."""
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in str(value))


def _instant(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, service, logger, message, and the fields as given."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "time": _instant(record),
            "level": record.levelname.lower(),
            "service": self._service,
            "logger": record.name,
            "message": record.getMessage(),
        }
        entry.update((name, value) for name, value in _fields(record).items() if name not in entry)
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        line = json.dumps(entry, default=str, ensure_ascii=False)
        return line.translate(_LINE_ENDS)


class ConsoleFormatter(logging.Formatter):
    """Time, level, service and sentence, then the fields as name=value."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        given = sorted(_fields(record).items())
        fields = "".join(f" {name}={_in_one_line(value)}" for name, value in given)
        line = f"{_instant(record)} {record.levelname:<7} {self._service}: {record.getMessage()}"
        if record.exc_info:
            fields += "\n" + self.formatException(record.exc_info)
        return line + fields


def configure_logging(service: str, log_format: str = "console", level: str = "info") -> None:
    """Send every log line of this process to stderr; replaces what was set up before."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        JsonFormatter(service) if log_format == "json" else ConsoleFormatter(service)
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for talkative in _TALKATIVE:
        logging.getLogger(talkative).setLevel(max(root.level, logging.WARNING))
