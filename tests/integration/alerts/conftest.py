"""The evaluator that the tests of alerts ask to judge."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from services.alerts.evaluator import Evaluator
from services.core.storage.database import Database
from tests.support import postbox


@pytest.fixture
def evaluator(database: Database) -> Evaluator:
    return Evaluator(
        database, claim_max=64, no_data_after=timedelta(minutes=15), long_every=timedelta(0)
    )


@pytest.fixture
def post_office() -> Iterator[tuple[postbox.Postbox, str]]:
    """A real SMTP server and the address that leads to it."""
    with postbox.post_office() as found:
        yield found
