"""The data folder: one system at a time, and what it says about itself."""

import os
import stat
from pathlib import Path

import pytest

from services.local.errors import FolderInUse, LocalFailure
from services.local.folder import DataFolder


def test_a_second_system_on_the_same_folder_is_told_where_the_first_one_is(tmp_path: Path) -> None:
    first = DataFolder(tmp_path)
    with first.locked():
        first.write_run({"pid": os.getpid(), "page_url": "http://localhost:8080"})
        with (
            pytest.raises(FolderInUse, match=r"http://localhost:8080.*--data-dir"),
            DataFolder(tmp_path).locked(),
        ):
            pass


def test_the_folder_is_free_again_afterwards(tmp_path: Path) -> None:
    for _ in range(2):
        with DataFolder(tmp_path).locked():
            pass


def test_a_new_folder_is_its_owners_alone(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "a" / "b")
    with folder.locked():
        folder.write_run({"pid": os.getpid(), "database_url": "postgresql://u:secret@h/d"})
        assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
        assert stat.S_IMODE((folder.path / "run.json").stat().st_mode) == 0o600


def test_a_run_is_found_while_its_process_lives_and_forgotten_at_its_end(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    with folder.locked():
        folder.write_run({"pid": os.getpid(), "api_url": "http://127.0.0.1:1"})
        assert DataFolder(tmp_path).read_run() == {
            "pid": os.getpid(),
            "api_url": "http://127.0.0.1:1",
        }
    assert folder.read_run() is None


def test_the_record_of_a_killed_run_is_not_believed(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.write_run({"pid": 2**22 + 1})  # above the largest process id there can be
    assert folder.read_run() is None


def test_a_folder_that_cannot_be_made_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    impossible = DataFolder(tmp_path / "file" / "x")
    with pytest.raises(LocalFailure, match="--data-dir"), impossible.locked():
        pass
