"""The routes, one module per aggregate."""
