"""Compares what a running service says with the truth of a simulated run."""
