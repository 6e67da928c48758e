"""`coldlane db upgrade --logins`: services come in with the passwords of their settings."""

import psycopg
import pytest
from sqlalchemy import make_url
from typer.testing import CliRunner

from services.cli.app import app
from services.core.storage.isolation.rights import Service


def test_services_come_in_with_the_passwords_that_were_given(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLDLANE_DATABASE_URL", database_url)
    for service in (Service.INGEST, Service.API):
        monkeypatch.setenv(f"COLDLANE_{service.upper()}_PASSWORD", f"word-of-{service}")
    monkeypatch.delenv("COLDLANE_ALERTS_PASSWORD", raising=False)
    done = CliRunner().invoke(app, ["db", "upgrade", "--logins"])
    assert (done.exit_code, "api, ingest" in done.output) == (0, True), done.output
    assert "word-of" not in done.output
    for service in (Service.INGEST, Service.API):
        login = make_url(database_url).set(
            drivername="postgresql", username=f"coldlane_{service}", password=f"word-of-{service}"
        )
        with psycopg.connect(login.render_as_string(hide_password=False)) as connection:
            assert connection.execute("SELECT current_user").fetchone() == (f"coldlane_{service}",)
