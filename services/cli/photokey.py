"""Keys that photos and second factors are sealed with: `coldlane photo-key`, `factor-key`."""

import os
from pathlib import Path
from typing import Annotated

import typer

from services.cli.failing import EXIT_WRONG_USE, CommandFailed


def photo_key(
    file: Annotated[Path, typer.Argument(help="The file of keys; it is made when missing.")],
    name: Annotated[str, typer.Option(help="Name of the key, such as 2026-11.")] = "1",
) -> None:
    """Put a new key before the others in the file: it seals from now on, the others still open.

    \b
    Examples:
      coldlane photo-key /etc/coldlane/photo.keys --name 2026-11
    """
    _put_first(file, name)
    typer.echo(f"{file}: photos are sealed with {name} from the next start of the API on", err=True)


def factor_key(
    file: Annotated[Path, typer.Argument(help="The file of keys; it is made when missing.")],
    name: Annotated[str, typer.Option(help="Name of the key, such as 2026-11.")] = "1",
) -> None:
    """Put a new key before the others in the file: the next start of the API seals with it anew.

    Once the log has said that second factors were sealed, the older lines may go.

    \b
    Examples:
      coldlane factor-key /etc/coldlane/factor.keys --name 2026-11
    """
    _put_first(file, name)
    typer.echo(f"{file}: {name} seals second factors from the next start of the API on", err=True)


def _put_first(file: Path, name: str) -> None:
    from services.core.domain.errors import Invalid
    from services.core.runtime.sealing import new_key_line, read_seal_keys

    if not name or any(not (one.isascii() and (one.isalnum() or one in "._-")) for one in name):
        raise CommandFailed("name the key with letters, digits and . _ -", EXIT_WRONG_USE)
    fresh = file.with_name(file.name + ".fresh")
    try:
        if file.exists():
            read_seal_keys(file)
        held = file.read_text(encoding="ascii") if file.exists() else ""
        if any(line.split(" ", 1)[0] == name for line in held.splitlines()):
            raise CommandFailed(f"{file} has a key {name} already", EXIT_WRONG_USE)
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
            stream.write(new_key_line(name) + held)
        fresh.replace(file)
    except Invalid as error:
        raise CommandFailed(error.detail, EXIT_WRONG_USE) from error
    except OSError as error:
        raise CommandFailed(f"{file} cannot be written: {error}", EXIT_WRONG_USE) from error
