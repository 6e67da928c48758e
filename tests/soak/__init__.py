"""Kill everything at random while numbered readings flow, and count what is stored in the end."""
