"""`coldlane mapping`: looks at a mapping file, and at what a sample message becomes by it."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from services.cli.failing import EXIT_CONDITION_NOT_MET, EXIT_WRONG_USE, CommandFailed, print_json

if TYPE_CHECKING:
    from services.core.wire.mapping.rules import MappingRules, Matched

mapping_app = typer.Typer(
    help="Devices whose firmware cannot be changed: check their mapping file.",
    no_args_is_help=True,
)


@mapping_app.callback()
def mapping() -> None:
    """Keeps `check` a command of its own."""


@mapping_app.command("check")
def check(
    file: Annotated[Path, typer.Argument(help="The mapping file.")],
    topic: Annotated[str | None, typer.Option(help="Topic of the sample message.")] = None,
    sample: Annotated[
        Path | None, typer.Option(help="File with the sample message; - reads standard input.")
    ] = None,
) -> None:
    """Check a mapping file, and show what a sample message becomes by it.

    \b
    Examples:
      coldlane mapping check acme.toml
      coldlane mapping check acme.toml --topic acme/TR7-000123/up --sample message.json
    """
    rules = read_checked(file)
    if topic is None and sample is None:
        for device in rules.devices:
            typer.echo(f"{device.name}  subscribes to {device.filter}")
        return
    if topic is None or sample is None:
        raise CommandFailed("give --topic and --sample together", EXIT_WRONG_USE)
    payload = sys.stdin.buffer.read() if str(sample) == "-" else _bytes_of(sample)
    matched = rules.match(topic)
    if matched is None:
        raise CommandFailed(f"{topic} falls under no device of {file}", EXIT_CONDITION_NOT_MET)
    shown = _becomes(matched, payload)
    print_json(shown)
    if shown["refused"]:
        raise CommandFailed("not everything in the message could be used", EXIT_CONDITION_NOT_MET)


def read_checked(file: Path) -> "MappingRules":
    """Read a mapping file, or fail with everything that is wrong in it."""
    from services.core.wire.mapping.file import MappingFileInvalid, read_mapping

    try:
        return read_mapping(_bytes_of(file).decode("utf-8"))
    except UnicodeDecodeError:
        raise CommandFailed(f"{file} is not UTF-8", EXIT_WRONG_USE) from None
    except MappingFileInvalid as error:
        faults = "\n".join(f"{file}, {fault}" for fault in error.faults)
        raise CommandFailed(faults, EXIT_WRONG_USE) from None


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CommandFailed(f"{file}: {error.strerror}", EXIT_WRONG_USE) from None


def _becomes(matched: "Matched", payload: bytes) -> dict[str, Any]:
    """The readings a message becomes, in our own fields, and what of it is refused."""
    import msgspec

    from services.core.domain.errors import Invalid
    from services.core.runtime.clock import SystemClock
    from services.core.wire.mapping.decoding import decoder_of

    rule, device = matched
    readings: list[dict[str, Any]] = []
    refused: list[dict[str, Any]] = []
    shown: dict[str, Any] = {"device": rule.name, "readings": readings, "refused": refused}
    try:
        shown["box_id"] = rule.box_of(device)
        for part in decoder_of(rule)(payload, SystemClock().now()):
            shown["grade"] = part.grade.word
            boot = {"boot": part.message.boot}
            readings += [boot | msgspec.to_builtins(one) for one in part.message.readings]
            refused += [_told(one) for one in part.refused]
    except Invalid as error:  # a refusal is one, too
        refused.append(_told(error))
    return shown


def _told(refusal: Any) -> dict[str, Any]:
    return {"field": refusal.field, "detail": refusal.detail, "remedy": refusal.remedy}
