"""Measurements of the whole system's promises; `make bench` runs them."""
