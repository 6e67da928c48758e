"""Faults of real fleets: what can go wrong with a box, where it acts, and when."""
