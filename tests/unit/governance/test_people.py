"""Passwords that are refused, pauses that grow, and who must prove themselves twice."""

from datetime import timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.api.proofs import codes, totp
from services.core.domain.errors import Invalid
from services.core.domain.governance.access import Role
from services.core.domain.governance.people import (
    SIGNING_ROLES,
    Level,
    check_password,
    level_after_first,
)
from services.core.domain.governance.throttle import ACCOUNT, ADDRESS, SECOND_FACTOR
from tests.support.api import NOW

ABOUT = ("chen.yu", "Chen Yu")


@pytest.mark.parametrize(
    "password",
    [
        "elevenchars",
        "x" * 129,
        "Password12345",
        "!!qwertyuiop!!",
        "123456789012",
        "aaaabbbbaaaa",
        "chen.yu-chen.yu",
        "ChenYu2026!",
        "CHENYUchenyu1",
    ],
)
def test_s33_password_that_is_short_common_or_ones_own_name_is_refused(password: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_password(password, about=ABOUT)
    assert password not in str(refused.value)


@pytest.mark.parametrize(
    "password", ["an ice box full of kettles", "四个词放在一起没有人会想到", "tR4!kettle-ice"]
)
def test_s33_password_of_some_length_is_taken(password: str) -> None:
    check_password(password, about=ABOUT)


@pytest.mark.parametrize("role", list(Role))
def test_s33_role_that_signs_is_never_whole_after_a_password_alone(role: Role) -> None:
    assert level_after_first({role}, has_factor=True) is Level.SECOND
    alone = level_after_first({role}, has_factor=False)
    assert alone is (Level.ENROL if role in SIGNING_ROLES else Level.FULL)


def test_s33_every_role_whose_name_stands_under_decisions_signs() -> None:
    assert {role.value for role in SIGNING_ROLES} == {
        "administrator",
        "customs_officer",
        "qa_approver",
        "qa_assessor",
        "supervising_authority",
    }


@given(st.integers(0, 10_000))
def test_s24_pause_never_shrinks_and_never_passes_its_most(failures: int) -> None:
    for throttle in (ACCOUNT, ADDRESS, SECOND_FACTOR):
        pause = throttle.pause(failures)
        assert pause <= throttle.pause(failures + 1) <= throttle.most
        assert (pause == timedelta(0)) is (failures < throttle.free)


@given(st.integers(-200, 200))
def test_code_is_good_for_the_step_before_and_after(seconds: int) -> None:
    secret = totp.new_secret()
    begin = NOW.replace(second=0)
    shown = pyotp.TOTP(secret.decode()).at(begin)
    steps = (int((begin + timedelta(seconds=seconds)).timestamp()) // 30) - (
        int(begin.timestamp()) // 30
    )
    found = totp.step_of(secret, shown, begin + timedelta(seconds=seconds))
    if abs(steps) <= 1:
        assert found == int(begin.timestamp()) // 30


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "‏"])
def test_what_is_no_code_belongs_to_no_step(typed: str) -> None:
    assert totp.step_of(totp.new_secret(), typed, NOW) is None


def test_recovery_code_is_read_as_people_copy_it() -> None:
    code = codes.new_recovery_codes()[0]
    kept = codes.recovery_digest("chen.yu", code)
    for typed in (code.upper(), code.replace("-", " "), code.replace("-", "")):
        assert codes.recovery_digest("chen.yu", typed) == kept
    assert codes.recovery_digest("wang.li", code) != kept
