"""Requests made from the API's own description, sent in every role, each answer held to it."""
