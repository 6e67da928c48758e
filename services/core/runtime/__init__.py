"""What it takes to be a process: settings, clock, logs, signals."""
