"""Who may do what: organisations, roles, keys."""
