"""The HTTP interface: shows what the other services found out, and takes people's decisions."""
