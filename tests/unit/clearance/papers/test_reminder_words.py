"""A reminder of a sign-off names the department in the reader's language and clock."""

import pytest

from services.alerts.channels.words import Reader, message_of

BODY = {
    "shipment_reference": "CT-0001",
    "department": "health",
    "with_whom": "health",
    "due_at": "2026-11-22T16:00:00+00:00",
}


@pytest.mark.parametrize(
    ("language", "zone", "department", "when"),
    [
        ("en", "UTC", "health commission", "2026-11-22 16:00 UTC"),
        ("zh", "Asia/Shanghai", "卫生健康委", "2026-11-23 00:00 Asia/Shanghai"),
    ],
)
def test_a_reminder_says_which_department_and_until_when(
    language: str, zone: str, department: str, when: str
) -> None:
    reader = Reader(language=language, zone=zone)
    said = message_of("sign_off_reminder", BODY, reader, None)
    assert said.subject
    assert department in said.text
    assert when in said.text
    assert "CT-0001" in said.text
