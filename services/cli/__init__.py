"""The command line: `coldlane`."""

from services.cli.app import app

__all__ = ["app"]
