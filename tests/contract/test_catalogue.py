"""The catalogues: the same keys and placeholders in both languages, and every key in use."""

import re
from pathlib import Path
from typing import get_args

import pytest
from babel.messages.pofile import read_po

from services.api.i18n import choose_language
from services.api.schemas.shipments import Condition, Evidence
from services.core.domain.alarm.kinds import ALARM_SPECS, AlarmKind
from services.core.domain.alarm.life import Move
from services.core.runtime.catalogue import LANGUAGES, LOCALE_FOLDER, Text, catalogue
from services.core.wire.payload import EventKind

API = Path(__file__).parents[2] / "services/api"
SOURCES = "\n".join(
    path.read_text(encoding="utf-8")
    for path in [
        *(API / "static/js").glob("*.js"),
        *(API / "templates").glob("*.html"),
        API.parent / "alerts/channels/words.py",
        API / "menu.py",
    ]
)
ENGLISH, CHINESE = (catalogue(language).texts for language in LANGUAGES)
# Keys that are put together while the page runs, by the part that never changes.
COMPOSED = re.findall(r"[`\"]([a-z_]+\.[\w.]*?)\.?(?:\$\{|\" [+~])", SOURCES) + re.findall(
    r"keyed\(\"([\w.]+)\"", SOURCES
)
COMPOSED += [
    "notice.move.",
    "notice.keep_alive.",
    "notice.test.",
    "notice.sign_off_reminder.",
    "notice.audit_head.",
    "notice.slot.",
    "notice.inspection.",
]  # by services/alerts/channels/words.py
COMPOSED += ["slot."]  # by services/api/present/reasons.py
PEOPLES_OWN = {Move.ACKNOWLEDGED, Move.TAKEN_BACK, Move.RESET, Move.SHELVED, Move.UNSHELVED}
TOLD = [move for move in Move if move not in PEOPLES_OWN]
HAN = "[\u3400-\u9fff]"


def forms(text: Text) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else text


def placeholders(text: Text) -> set[frozenset[str]]:
    return {frozenset(re.findall(r"\{(\w+)\}", form)) for form in forms(text)}


def is_used(key: str) -> bool:
    literal = key in SOURCES or key.removeprefix("new.") in SOURCES
    return literal or key.startswith(tuple(COMPOSED))


@pytest.mark.parametrize(
    ("texts", "said", "by_whom"),
    [(ENGLISH, r"\b[Rr]eleased\b", "QA|[Cc]ustoms"), (CHINESE, "已[^，。；]*放行", "海关|质量")],
)
def test_released_is_never_said_without_who_did_it(
    texts: dict[str, Text], said: str, by_whom: str
) -> None:
    """Cleared by customs and released by QA are two things (journey, 5)."""
    alone = [
        key
        for key, text in texts.items()
        for form in forms(text)
        if re.search(said, form) and not re.search(by_whom, form)
    ]
    assert alone == []


def test_both_languages_hold_the_same_keys() -> None:
    assert ENGLISH.keys() == CHINESE.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_or_marked_doubtful(language: str) -> None:
    with (LOCALE_FOLDER / f"{language}.po").open("rb") as file:
        messages = [message for message in read_po(file, locale=language) if message.id]
    texts = catalogue(language).texts
    assert [m.id for m in messages if m.fuzzy] == []
    assert [key for key, text in texts.items() if not all(forms(text))] == []


def test_placeholders_are_the_same_in_both_languages() -> None:
    differing = [k for k in ENGLISH if placeholders(ENGLISH[k]) != placeholders(CHINESE[k])]
    assert differing == []


def test_chinese_characters_stand_beside_full_width_punctuation_only() -> None:
    wrong = re.compile(f"{HAN}[,:;()?!]|[,:;()?!]{HAN}")
    found = [key for key, text in CHINESE.items() if any(wrong.search(f) for f in forms(text))]
    assert found == []


def test_every_key_that_a_page_names_has_a_text() -> None:
    named = re.findall(r"\b(?:t|text|has)\(\s*[\"`]([\w.]+)[\"`]", SOURCES)
    assert len(named) > 100
    assert [key for key in named if not key.endswith(".") and key not in ENGLISH] == []


def test_every_text_is_used() -> None:
    assert [key for key in ENGLISH if not is_used(key)] == []


@pytest.mark.parametrize("kind", AlarmKind)
def test_every_kind_of_alarm_says_what_happened_and_what_to_do(kind: AlarmKind) -> None:
    for part in ("title", "detail", "consequence", "action"):
        assert f"alarm.{kind}.{part}" in ENGLISH
    assert ALARM_SPECS[kind].first_action in ENGLISH
    assert ALARM_SPECS[kind].consequence in ENGLISH


def test_alarm_titles_fit_their_cards() -> None:
    long = {"limit": "−150", "span": "12 h 10 min", "last": "14:57", "by": "14:57"}
    long |= {"n": "100", "name": "PT-00417"}
    titles = [key for key in ENGLISH if re.fullmatch(r"alarm\.\w+\.title\w*", key)]
    too_long = [
        key
        for key in titles
        if len(str(ENGLISH[key]).format(**long)) > 34 or len(str(CHINESE[key])) > 24
    ]
    assert too_long == []


def test_every_verdict_and_every_event_has_words() -> None:
    wanted = [f"live.condition.{one}" for one in get_args(Condition)]
    wanted += [f"live.evidence.{one}" for one in get_args(Evidence)]
    wanted += [f"live.event.{one}" for one in get_args(EventKind)]
    assert [key for key in wanted if key not in ENGLISH] == []


@pytest.mark.parametrize(
    ("asked", "kept", "accepted", "chosen"),
    [
        ("zh", "en", "en", "zh"),
        (None, "zh", "en", "zh"),
        (None, None, "fr;q=0.2, zh-CN;q=0.9, en;q=0.5", "zh"),
        ("xx", None, "en-GB,en;q=0.9", "en"),
        (None, None, "de", "en"),
        (None, None, "zh;q=nonsense", "en"),
        (None, None, None, "en"),
    ],
)
def test_the_language_is_the_one_asked_for_then_kept_then_preferred(
    asked: str | None, kept: str | None, accepted: str | None, chosen: str
) -> None:
    assert choose_language(asked, kept, accepted) == chosen


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notice_of_every_kind_and_move_can_be_put_into_words(language: str) -> None:
    """Consequence and first action stand alone: a notice fills in no figures."""
    texts = catalogue(language).texts
    for kind in AlarmKind:
        for part in ("consequence", "action"):
            assert placeholders(texts[f"alarm.{kind}.{part}"]) == {frozenset()}
    assert [move for move in TOLD if f"notice.move.{move}" not in texts] == []
