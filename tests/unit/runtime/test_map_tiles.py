"""Map tiles come from our own host or from one other, whose name goes into the browsers' policy."""

import pytest
from pydantic import ValidationError

from services.core.runtime.settings import ApiSettings


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLDLANE_MAP_TILES_URL", raising=False)


def test_without_a_setting_there_are_none() -> None:
    assert ApiSettings().map_tiles is None


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("/tiles/{z}/{x}/{y}.png", None),
        ("https://tiles.example.org/{z}/{x}/{y}.png?key=abc", "https://tiles.example.org"),
        ("https://tiles.example.org:8443/{z}/{y}/{x}", "https://tiles.example.org:8443"),
        ("http://127.0.0.1:9000/{z}/{x}/{y}.png", "http://127.0.0.1:9000"),
    ],
)
def test_the_host_of_tiles_is_known(url: str, origin: str | None) -> None:
    tiles = ApiSettings(map_tiles_url=url).map_tiles
    assert tiles is not None
    assert tiles.origin == origin


@pytest.mark.parametrize(
    "url",
    [
        "//tiles.example.org/{z}/{x}/{y}.png",
        "http://tiles.example.org/{z}/{x}/{y}.png",
        "https://tiles.example.org/{z}/{x}.png",
        "https://{s}.tiles.example.org/{z}/{x}/{y}.png",
        "https://*.example.org/{z}/{x}/{y}.png",
        "https://me:secret@tiles.example.org/{z}/{x}/{y}.png",
        "https://tiles.example.org; script-src */{z}/{x}/{y}.png",
        "javascript:{z}{x}{y}",
    ],
)
def test_what_could_widen_the_policy_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="an https address with"):
        ApiSettings(map_tiles_url=url)


def test_other_coordinates_are_refused() -> None:
    with pytest.raises(ValidationError, match="map_tiles_coordinates"):
        ApiSettings(map_tiles_coordinates="bd09")
