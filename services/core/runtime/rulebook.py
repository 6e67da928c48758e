"""The rules on papers that come with the product, read once."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from services.core.domain.clearance.papers.rulebook import Rulebook
from services.core.domain.clearance.papers.rulebook_file import read_rulebook

RULES_FILE = Path(__file__).parent / "rules" / "papers.toml"


@cache
def shipped_rulebook() -> Rulebook:
    """Kinds, classes, needs, regimes, sign-offs and emergencies, each with its source and dates."""
    return read_rulebook(tomllib.loads(RULES_FILE.read_text(encoding="utf-8")))
