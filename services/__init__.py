"""Coldlane: the services and what they stand on."""
