"""Passwords as argon2id hashes, checked beside the event loop, a few at a time."""

from __future__ import annotations

import asyncio

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, 2 passes, 1 lane.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)

_AT_ONCE = 4
"""Each takes 19 MiB: more at once would let guessers fill the memory."""
_NOBODYS = (
    "$argon2id$v=19$m=19456,t=2,p=1$+/GdxyNywQ3FOXpjUIy4lg"
    "$1n5mIg4KpjxQuP2xqYkS9IQAikC43srf7QzMX8duC+4"
)
"""Checked for names that nobody has, so that they take as long as those that somebody has."""


class Passwords:
    """One to a process: it bounds how many hashes are made at the same time."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(_AT_ONCE)

    async def hash(self, password: str) -> str:
        """What is kept of a password."""
        async with self._places:
            return await asyncio.to_thread(_HASHER.hash, password)

    async def proves(self, kept: str | None, password: str) -> bool:
        """Whether it is the password that was kept; takes as long when none was."""
        async with self._places:
            right = await asyncio.to_thread(_verify, kept or _NOBODYS, password)
        return right and kept is not None

    @staticmethod
    def is_outdated(kept: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return _HASHER.check_needs_rehash(kept)


def _verify(kept: str, password: str) -> bool:
    try:
        return _HASHER.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False
