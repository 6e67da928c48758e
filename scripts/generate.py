"""Writes the committed files that are made from the code; `make check` holds them to it."""

from pathlib import Path

from pydantic.fields import FieldInfo

from scripts.access_page import access_page
from scripts.browser_types import TYPES, types_text
from scripts.check.environment import settings_classes
from scripts.exchange_schemas import exchange_schemas
from scripts.fields_page import fields_page
from scripts.judgement_pages import alarms_page, profiles_page
from scripts.metrics_page import metrics_page
from scripts.openapi import DOCUMENT, document_text
from scripts.papers_page import papers_page
from scripts.quality_page import deviations_page
from scripts.states_page import states_page
from scripts.supply.licences import licences_page
from services.core.runtime.effective import masked
from services.core.wire.schemas import schemas as wire_schemas
from services.local.trust.mosquitto import access_list, configuration
from tests.support.bad_inputs.page import bad_inputs_page

_CONFIG, _DATA = Path("/mosquitto/config"), Path("/mosquitto/data")
ROOT = Path(__file__).resolve().parent.parent
_HEAD = """\
# Settings

Read from the environment when a process starts, nowhere else and never again. Written by
`make generate` from `services/core/runtime/settings/`; do not edit by hand.

`coldlane up` sets what the services on one machine need. `COLDLANE_CLOCK` (origin,rate) turns on
simulated time; it is refused outside `coldlane up` and the tests.
"""


def settings_page() -> str:
    """Every setting with its default and what it is for, by concern."""
    parts = [_HEAD]
    for each in settings_classes():
        prefix = each.model_config.get("env_prefix", "")
        rows = [_row(prefix + name, field) for name, field in each.model_fields.items()]
        title = f"## {each.__name__}\n\n{(each.__doc__ or '').strip()}\n"
        table = "| variable | default | meaning |\n|---|---|---|\n" + "\n".join(rows) + "\n"
        parts.append(f"{title}\n{table}")
    return "\n".join(parts)


def _row(name: str, field: FieldInfo) -> str:
    return f"| `{name.upper()}` | {_default(field)} | {field.description or ''} |"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    if field.default_factory is not None:
        return "found at the start"
    return "empty" if field.default in (None, "", ()) else f"`{masked(field.default)}`"


def generated() -> dict[str, str]:
    """Path and text of every committed file that is made from the code."""
    schemas = {f"docs/reference/schemas/{name}": text for name, text in wire_schemas().items()}
    schemas |= {f"docs/reference/schemas/{name}": text for name, text in exchange_schemas().items()}
    return {
        "docs/reference/settings.md": settings_page(),
        str(DOCUMENT): document_text(),
        TYPES: types_text(),
        "docs/reference/alarms.md": alarms_page(),
        "docs/reference/profiles.md": profiles_page(),
        "docs/reference/bad-inputs.md": bad_inputs_page(),
        "docs/reference/metrics.md": metrics_page(),
        "docs/reference/deviations.md": deviations_page(),
        "docs/reference/access.md": access_page(),
        "docs/reference/field-classes.md": fields_page(),
        "docs/reference/papers.md": papers_page(),
        "docs/reference/states.md": states_page(),
        "docs/reference/licences.md": licences_page(),
        "deploy/mosquitto/acl": access_list(),
        "deploy/mosquitto/boxes.conf": configuration(_CONFIG, _DATA),
        **schemas,
    }


def main() -> None:
    for path, text in generated().items():
        target = ROOT / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        print(f"generate: {path}")


if __name__ == "__main__":
    main()
