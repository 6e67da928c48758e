"""Profiles: every number says whose it is, and a document survives being stored."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from services.core.domain.errors import Invalid
from services.core.domain.viability.profile import Basis, Grade, LimitKind, MaterialProfile, Side
from services.core.domain.viability.shipped import (
    CART_CRYO_150,
    LEUKAPHERESIS_FRESH_2_8,
    SHIPPED_PROFILES,
)


@pytest.mark.parametrize("profile", SHIPPED_PROFILES, ids=lambda p: p.profile_id)
def test_every_shipped_number_can_be_doubted(profile: MaterialProfile) -> None:
    for name, number in profile.numbers.items():
        assert number.source, name
        if number.basis is Basis.LABEL or number.grade is Grade.SOURCE_READ:
            assert number.url is not None, name
            assert number.url.startswith("http"), name


@pytest.mark.parametrize("profile", SHIPPED_PROFILES, ids=lambda p: p.profile_id)
def test_a_document_is_the_profile(profile: MaterialProfile) -> None:
    document = json.loads(json.dumps(profile.to_document()))
    again = MaterialProfile.from_document(document)
    assert again == profile
    assert again.digest == profile.digest


def test_the_ladder_goes_outwards_from_the_label() -> None:
    kinds = [limit.kind for limit in CART_CRYO_150.limits(Side.HIGH)]
    assert kinds == [LimitKind.LABEL, LimitKind.GLASS_TRANSITION, LimitKind.ABSOLUTE]
    low = [limit.kind for limit in LEUKAPHERESIS_FRESH_2_8.limits(Side.LOW)]
    assert low == [LimitKind.LABEL, LimitKind.FREEZE_POINT]
    assert CART_CRYO_150.limits(Side.LOW) == ()


def test_a_literature_number_binds_only_when_switched_on() -> None:
    number = CART_CRYO_150.numbers["glass_transition_c"]
    assert number.binding
    assert not replace(number, switched_on=None).binding


def changed(**numbers: Any) -> dict[str, Any]:
    document = LEUKAPHERESIS_FRESH_2_8.to_document()
    for name, change in numbers.items():
        document["numbers"][name] = {**document["numbers"]["hold_h"], **change}
    return document


@pytest.mark.parametrize(
    "numbers",
    [
        {"hold_h": {"unit": "min"}},
        {"hold_h": {"source": " "}},
        {"hold_h": {"value": float("nan")}},
        {"label_hi_c": {"value": 1.0, "unit": "°C"}},
        {"freeze_point_c": {"value": 3.0, "unit": "°C"}},
        {"no_such_number": {}},
        {"hold_h": {"grade": "Z"}},
    ],
)
def test_a_document_that_makes_no_sense_is_refused(numbers: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        MaterialProfile.from_document(changed(**numbers))
