"""People who sign in: what their roles ask of them, and what a password must be."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from services.core.domain.errors import Invalid
from services.core.domain.governance.access import Role

SIGNING_ROLES = frozenset(
    {
        Role.CUSTOMS_OFFICER,
        Role.SUPERVISING_AUTHORITY,
        Role.QA_ASSESSOR,
        Role.QA_APPROVER,
        Role.ADMINISTRATOR,
    }
)
"""Whoever holds one of them proves themselves twice: their name stands under decisions."""

PASSWORD_LEAST = 12
PASSWORD_MOST = 128
"""Characters; our own choice. The most is there so that nobody has us hash a novel."""

_WORDS = """
    password passwort passw0rd p@ssword p@ssw0rd motdepasse contrasena letmein welcome
    administrator admin root qwerty qwertyuiop qwertz azerty asdfghjkl zxcvbnm iloveyou
    monkey dragon football baseball superman batman sunshine princess master shadow
    trustno1 changeme secret default guest login testtest temporary coldlane coldchain
    woaini woaini1314 abcdefgh abcdefghijkl abcabc abcd qazwsx qazwsxedc 1qaz2wsx
    1q2w3e4r 1q2w3e4r5t zaq12wsx q1w2e3r4 correcthorsebatterystaple
"""
_COMMON = frozenset(_WORDS.split())
"""Words that a guesser tries first; what stands around them in digits and signs helps little."""


class PersonState(StrEnum):
    """Invited until the first sign-in; a person is never removed, since entries name them."""

    INVITED = "invited"
    ACTIVE = "active"
    DISABLED = "disabled"


class Level(StrEnum):
    """How far a session has come."""

    SECOND = "second"
    """The password was right; the second factor is still owed."""

    ENROL = "enrol"
    """The person must take a second factor before anything else."""

    FULL = "full"


def needs_second_factor(roles: Iterable[Role]) -> bool:
    """Whether one of the roles signs."""
    return not SIGNING_ROLES.isdisjoint(roles)


def level_after_first(roles: Iterable[Role], *, has_factor: bool) -> Level:
    """What a right password, or another service's word, opens."""
    if has_factor:
        return Level.SECOND
    return Level.ENROL if needs_second_factor(roles) else Level.FULL


def check_password(password: str, *, about: Iterable[str]) -> None:
    """Refuse what is short, common, or made of the person's own names; raises Invalid."""
    if not PASSWORD_LEAST <= len(password) <= PASSWORD_MOST:
        raise _refusal(f"a password has {PASSWORD_LEAST} to {PASSWORD_MOST} characters")
    plain = password.casefold()
    if len(set(plain)) < 5 or _core(plain) in _COMMON or plain.strip("0123456789") == "":
        raise _refusal("this password is among the first that a guesser tries")
    names = {part for text in about for part in _parts(text) if len(part) >= 3}
    rest = _signs(plain)
    for name in sorted(names, key=len, reverse=True):
        rest = rest.replace(name, "")
    if len(rest) < PASSWORD_LEAST // 2:
        raise _refusal("this password is made of your own name")


def _core(plain: str) -> str:
    """The word without the digits and signs around it."""
    letters = [index for index, sign in enumerate(plain) if sign.isalpha()]
    return plain[letters[0] : letters[-1] + 1] if letters else ""


def _parts(text: str) -> list[str]:
    """The words of a name, and the name written as one word."""
    plain = "".join(sign if sign.isalnum() else " " for sign in text.casefold())
    return [*plain.split(), _signs(plain)]


def _signs(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())


def _refusal(detail: str) -> Invalid:
    return Invalid(
        detail,
        field="password",
        remedy="three or four words that belong together to nobody but you",
    )
