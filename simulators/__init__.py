"""The simulated fleet: cold boxes with physics, a log of their own and a road to travel."""
