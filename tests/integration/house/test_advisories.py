"""The real auditing tool, asked about our lock file against a database of advisories beside it."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest

from scripts.supply.advisories import ALLOWED, DEMAND, SOURCE, advisory_problems
from scripts.supply.locked import DEVELOP_LOCK

LOCK = """\
packaging==26.3 \\
    --hash=sha256:0000000000000000000000000000000000000000000000000000000000000000
    # via coldlane (pyproject.toml)
pyjwt==2.12.0 \\
    --hash=sha256:0000000000000000000000000000000000000000000000000000000000000000
    # via coldlane (pyproject.toml)
"""
HOLE = {"id": "PYSEC-1", "aliases": ["CVE-1"], "summary": "made up", "affected": []}
ENTRY = '[[allowed]]\nid = "CVE-1"\nreason = "made up for this test, reached by nothing"\n'


class _Advisories(BaseHTTPRequestHandler):
    """Answers as OSV does: nothing known, but of pyjwt."""

    asked: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        query: Any = json.loads(self.rfile.read(int(self.headers["content-length"])))
        name = query["package"]["name"]
        self.asked.append(name)
        body = json.dumps({"vulns": [HOLE]} if name == "pyjwt" else {}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / DEVELOP_LOCK).write_text(LOCK)
    (tmp_path / ALLOWED).parent.mkdir(parents=True)
    (tmp_path / ALLOWED).write_text("")
    return tmp_path


@pytest.fixture
def advisories(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Advisories)
    Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv(SOURCE, f"http://127.0.0.1:{server.server_port}/v1/query")
    yield
    server.shutdown()
    server.server_close()


@pytest.mark.usefixtures("advisories")
def test_s81_hole_is_found_in_the_lock_file_and_allowed_by_a_dated_entry(root: Path) -> None:
    (problem,) = advisory_problems(root)
    assert problem.startswith("pyjwt: CVE-1, PYSEC-1")
    assert set(_Advisories.asked) == {"packaging", "pyjwt"}
    (root / ALLOWED).write_text(ENTRY + "until = 2999-01-01\n")
    assert list(advisory_problems(root)) == []


def test_s81_where_nobody_can_be_asked_it_is_said_aloud_and_fails_on_demand(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(SOURCE, "http://127.0.0.1:1/v1/query")
    assert list(advisory_problems(root)) == []
    assert "ADVISORIES WERE NOT LOOKED AT" in capsys.readouterr().out
    monkeypatch.setenv(DEMAND, "demand")
    (problem,) = advisory_problems(root)
    assert problem.startswith("advisories were demanded and could not be asked for")
    (root / ALLOWED).write_text(ENTRY + "until = 2026-01-01\n")
    monkeypatch.delenv(DEMAND)
    (ended,) = advisory_problems(root)
    assert "CVE-1 was allowed until 2026-01-01" in ended
