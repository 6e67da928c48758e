"""Alarms: conditions with a life. What each kind asks, how it lives, and who is called when."""
