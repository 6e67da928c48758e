"""The evaluator that the tests of alerts ask to judge."""

from datetime import timedelta

import pytest

from services.alerts.evaluator import Evaluator
from services.core.storage.database import Database


@pytest.fixture
def evaluator(database: Database) -> Evaluator:
    return Evaluator(
        database, claim_max=64, no_data_after=timedelta(minutes=15), long_every=timedelta(0)
    )
