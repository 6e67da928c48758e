"""Devices whose firmware cannot be changed: a file says what their messages mean."""
