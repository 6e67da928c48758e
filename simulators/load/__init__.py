"""Many boxes at once from one process, to see what a service and its broker can take."""
