"""What can keep a local system from starting, each with what to do about it.

LocalFailure
├── FolderInUse         another `coldlane up` runs on the data folder
├── PortTaken           somebody else listens where we want to
├── Unreachable         a server that we were told to use does not answer
└── PartMissing         a part that does not exist for this machine
"""


class LocalFailure(Exception):
    """The local system cannot do what was asked; the message says what to do."""


class FolderInUse(LocalFailure):
    """The data folder belongs to another user or to a running system."""


class PortTaken(LocalFailure):
    """A port is in use by another program."""


class PartMissing(LocalFailure):
    """The wheel that brings a part does not exist for this machine."""


class Unreachable(LocalFailure):
    """A database, broker or API that we were told to use does not answer."""
