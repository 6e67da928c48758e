"""From rows to the objects that pages and machines are given."""
