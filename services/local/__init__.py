"""The whole system on one machine: database, broker, services and a demo fleet under one parent."""
