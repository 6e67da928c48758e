"""The pure domain: no clock, no input or output, no framework."""
