"""What `make check` looks at beyond style, types and arrows."""
