"""Joint supervision: sign-off by several departments, and the conditions of an assessment."""
