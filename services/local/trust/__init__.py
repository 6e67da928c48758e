"""Identities of boxes and of the broker: certificates, their revocation, the broker's settings."""
