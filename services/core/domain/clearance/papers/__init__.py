"""Papers of a shipment: which are needed, what stands of them, and what blocks a release."""
