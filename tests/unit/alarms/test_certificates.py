"""Certificates that end are told a month, a week and a day before, and before a box is packed."""

from datetime import UTC, datetime, timedelta

import pytest

from services.core.domain.alarm.certificates import CertificateEnd, certificate_alarms
from services.core.domain.alarm.kinds import priority_of
from services.core.domain.alarm.platform import CONNECTION, Beat, PlatformFacts, platform_alarms

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def ends(days: float, arrives: float | None = None) -> CertificateEnd:
    return CertificateEnd(
        name="CB-0001",
        box_no=1,
        ends_at=NOW + timedelta(days=days),
        arrives_at=None if arrives is None else NOW + timedelta(days=arrives),
        shipment_reference=None if arrives is None else "CT-0001",
    )


@pytest.mark.parametrize(
    ("days", "priority"),
    [(31, None), (30, 3), (8, 3), (7, 2), (1.1, 2), (1, 1), (0.1, 1), (-2, 1)],
)
def test_s82_end_of_a_certificate_is_told_at_thirty_seven_and_one_days(
    days: float, priority: int | None
) -> None:
    found = list(certificate_alarms([ends(days)], NOW))
    assert [priority_of(one.kind, one.facts) for one in found] == ([priority] if priority else [])


def test_certificate_that_ends_before_the_arrival_is_told_whatever_the_days() -> None:
    (alarm,) = certificate_alarms([ends(40, arrives=41)], NOW)
    assert (priority_of(alarm.kind, alarm.facts), alarm.facts["ends_under_way"]) == (2, True)
    assert alarm.facts["reference"] == "CT-0001"
    assert alarm.began_at <= NOW
    assert list(certificate_alarms([ends(40, arrives=39)], NOW)) == []


def test_s82_certificates_of_the_connection_are_told_too() -> None:
    beat = Beat(at=NOW, connected=True, certificate_ends_at=NOW + timedelta(days=3))
    (alarm,) = platform_alarms(PlatformFacts(beats=[beat]), NOW)
    assert (alarm.subject, alarm.facts["step"]) == (CONNECTION, 1)
