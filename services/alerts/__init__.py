"""Judges what the boxes have said, raises alarms, and tells people."""
