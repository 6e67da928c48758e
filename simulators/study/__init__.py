"""The customs queue under load, offline and fast: orders of service compared."""
