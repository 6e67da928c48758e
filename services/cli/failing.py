"""How commands fail: the message says what to do, and the exit code says what kind of failure."""

import json
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup

EXIT_FAILED = 1
EXIT_WRONG_USE = 2
EXIT_NOT_FOUND = 3
EXIT_CONDITION_NOT_MET = 4
EXIT_UNREACHABLE = 5


class CommandFailed(Exception):
    """A command cannot do what was asked; `code` is one of the exit codes above."""

    def __init__(self, message: str, code: int = EXIT_FAILED) -> None:
        super().__init__(message)
        self.code = code


class FriendlyGroup(TyperGroup):
    """Shows expected failures as a sentence; anything else is a defect and keeps its trace."""

    def invoke(self, ctx: Any) -> Any:
        from pydantic import ValidationError

        from services.core.domain.errors import ColdlaneError
        from services.local.errors import LocalFailure, Unreachable

        try:
            return super().invoke(ctx)
        except CommandFailed as failure:
            _end(str(failure), failure.code)
        except Unreachable as failure:
            _end(str(failure), EXIT_UNREACHABLE)
        except (LocalFailure, ColdlaneError) as failure:
            _end(str(failure), EXIT_FAILED)
        except ValidationError as error:
            _end(_wrong_settings(error), EXIT_WRONG_USE)


def _end(message: str, code: int) -> NoReturn:
    typer.secho(f"coldlane: {message}", err=True, fg="red")
    raise typer.Exit(code)


def _wrong_settings(error: Any) -> str:
    """Name each setting as in the environment; never its value, which may be secret."""
    lines = [
        f"COLDLANE_{'_'.join(str(part) for part in problem['loc']).upper()}: {problem['msg']}"
        for problem in error.errors(include_input=False)
    ]
    return "these settings cannot be used:\n  " + "\n  ".join(lines)


def print_json(document: object) -> None:
    """One JSON document on stdout."""
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False, default=str))
