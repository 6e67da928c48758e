"""The ways by which notices leave the house: mail and chat, text message and voice, webhook."""
