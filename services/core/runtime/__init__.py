"""What a process needs to be a process: settings, clock, logs and the way it runs and ends."""
