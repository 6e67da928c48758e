"""What truly happened to the boxes of a run, by code that no service shares."""
