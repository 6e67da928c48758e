"""What a person can set, read or call is written down."""

import re
from pathlib import Path

import pytest

from scripts.check.environment import known_variables
from services.core.storage.database import Channel
from services.core.storage.schema import metadata


@pytest.fixture
def docs(pytestconfig: pytest.Config) -> Path:
    return pytestconfig.rootpath / "docs" / "reference"


def test_every_setting_is_documented(docs: Path) -> None:
    page = (docs / "settings.md").read_text()
    assert [name for name in sorted(known_variables()) if f"`{name}`" not in page] == []


def test_every_table_is_documented(docs: Path) -> None:
    page = (docs / "tables.md").read_text()
    assert [name for name in sorted(metadata.tables) if f"`{name}`" not in page] == []


def test_no_table_is_documented_that_does_not_exist(docs: Path) -> None:
    firsts = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", (docs / "tables.md").read_text(), re.M)
    named = {name for first in firsts for name in re.findall(r"\w+", first)}
    assert named - set(metadata.tables) - {channel.value for channel in Channel} == set()


def test_every_channel_is_documented(docs: Path) -> None:
    page = (docs / "tables.md").read_text()
    assert [channel for channel in Channel if f"`{channel.value}`" not in page] == []


def test_every_make_target_is_documented(docs: Path, pytestconfig: pytest.Config) -> None:
    makefile = (pytestconfig.rootpath / "Makefile").read_text()
    targets = re.findall(r"^([a-z-]+):.*## ", makefile, re.M)
    page = (docs / "make.md").read_text()
    assert len(targets) > 5
    assert [target for target in targets if f"`make {target}`" not in page] == []


def test_every_make_target_explains_itself(pytestconfig: pytest.Config) -> None:
    makefile = (pytestconfig.rootpath / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.M)
    assert phony is not None
    explained = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.M))
    assert set(phony[1].split()) - explained == set()
