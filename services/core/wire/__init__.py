"""The MQTT contract, shared by ingest and the simulators."""
