"""`python -m services.cli` is `coldlane`."""

from services.cli.app import app

app()
