"""Each import contract catches the import it is there for."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

LINT = Path(sys.executable).with_name("lint-imports")
VIOLATIONS = [
    ("services/core/domain/errors.py", "import time", "pure-domain"),
    ("services/core/domain/errors.py", "import logging", "pure-domain"),
    ("services/core/domain/errors.py", "import pydantic", "pure-domain"),
    ("services/core/domain/errors.py", "import services.core.wire", "core"),
    ("services/core/wire/__init__.py", "import services.core.storage", "core"),
    ("services/core/storage/database.py", "import services.core.runtime.settings", "core"),
    ("services/core/utils.py", "", "core"),
    ("services/core/runtime/clock.py", "import services.alerts", "services"),
    ("services/ingest/__init__.py", "import services.alerts", "services"),
    ("services/ingest/__init__.py", "import services.cli", "services"),
    ("services/common/__init__.py", "", "services"),
    ("services/local/__init__.py", "import services.api", "local"),
    ("services/ingest/__init__.py", "import fastapi", "http"),
    ("services/api/__init__.py", "import sqlalchemy", "sql"),
    ("services/alerts/__init__.py", "import paho.mqtt.client", "mqtt"),
    ("services/alerts/__init__.py", "import pandas", "pandas"),
    ("services/api/schemas/__init__.py", "import services.api.routes", "api-layers"),
    ("simulators/__init__.py", "import services.core.storage", "simulators"),
    ("simulators/__init__.py", "import services.ingest", "simulators"),
    ("simulators/truth/__init__.py", "import services.core.domain.viability.profile", "truth"),
    ("simulators/verify/__init__.py", "import services.core.domain.alarm", "truth"),
]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Path:
    copy = tmp_path_factory.mktemp("tree")
    root = pytestconfig.rootpath
    for room in ("services", "simulators"):
        ignored = shutil.ignore_patterns("__pycache__", "static")
        shutil.copytree(root / room, copy / room, ignore=ignored)
    shutil.copy(root / "pyproject.toml", copy)
    return copy


def lint(tree: Path, contract: str) -> bool:
    """Whether the contract is kept in the tree."""
    command = [str(LINT), "--no-cache", "--no-logo", "--contract", contract]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
    assert "Contracts: " in done.stdout, done.stdout + done.stderr
    return done.returncode == 0


@pytest.mark.parametrize(("file", "line", "contract"), VIOLATIONS)
def test_a_contract_catches(tree: Path, file: str, line: str, contract: str) -> None:
    module = tree / file
    before = module.read_text() if module.exists() else None
    module.parent.mkdir(exist_ok=True)
    module.write_text(f"{before or ''}\n{line}\n")
    try:
        assert not lint(tree, contract)
    finally:
        module.unlink() if before is None else module.write_text(before)


@pytest.mark.parametrize("contract", sorted({contract for _, _, contract in VIOLATIONS}))
def test_a_contract_is_kept(tree: Path, contract: str) -> None:
    assert lint(tree, contract)
