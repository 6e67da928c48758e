"""Pictures of the pages: a chosen few for the documentation, or all of them in every state."""
