"""What people of quality assurance say by signing; 21 CFR 11.50 asks each signature to tell it."""

from __future__ import annotations

from enum import StrEnum


class SignatureMeaning(StrEnum):
    """What somebody says by signing."""

    REVIEWED = "reviewed"
    APPROVED = "approved"
    REQUESTED = "requested"
    AUTHORED = "authored"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
