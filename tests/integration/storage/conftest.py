"""The audit trail that several files of tests ask to verify."""

from tests.integration.storage.auditing import folder, superuser, trail

__all__ = ["folder", "superuser", "trail"]
