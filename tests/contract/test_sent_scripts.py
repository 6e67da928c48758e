"""What a browser is sent of our scripts and sheets says the same as their source."""

import re
import subprocess
from pathlib import Path

import pytest

from services.api.packedfiles import without_comments
from tests.support import floors
from tests.support.machine import find_javascript

SCRIPTS = "services/api/static/js"
PRINT = ("--allowJs", "--noCheck", "--noResolve", "--removeComments", "--target", "es2024")


@pytest.fixture
def compiler() -> Path:
    folder = find_javascript()
    if folder is None:
        floors.missing("the compiler's reading of scripts", "make check installs TypeScript")
    return folder / "node_modules/.bin/tsc"


def _printed(compiler: Path, folder: Path, out: Path) -> dict[str, str]:
    """Each script as the compiler prints it: what is said, without comments."""
    files = [str(one) for one in sorted(folder.glob("*.js"))]
    wish = [str(compiler), *PRINT, "--ignoreConfig", "--outDir", str(out), "--rootDir", str(folder)]
    done = subprocess.run([*wish, *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    return {one.name: one.read_text() for one in out.glob("*.js")}


def test_a_script_says_the_same_without_its_comments(
    compiler: Path, pytestconfig: pytest.Config, tmp_path: Path
) -> None:
    source, sent = pytestconfig.rootpath / SCRIPTS, tmp_path / "sent"
    sent.mkdir()
    for one in source.glob("*.js"):
        (sent / one.name).write_bytes(without_comments(one.read_bytes()))
    said = _printed(compiler, source, tmp_path / "a")
    assert len(said) > 100
    assert _printed(compiler, sent, tmp_path / "b") == said


def test_no_quoted_text_of_a_sheet_holds_what_begins_a_comment(
    pytestconfig: pytest.Config,
) -> None:
    begun = re.compile(r"""["'][^"'\n]*/\*|url\([^)\n]*/\*|^[ \t]*//""", re.MULTILINE)
    sheets = sorted((pytestconfig.rootpath / "services/api/static/css").glob("*.css"))
    assert len(sheets) > 20
    assert [one.name for one in sheets if begun.search(one.read_text())] == []
