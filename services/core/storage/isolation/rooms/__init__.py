"""The tables, room by room."""
