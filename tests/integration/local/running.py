"""Runs `coldlane up` as a person does, and looks at what it leaves behind."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

PROJECT = Path(__file__).parents[3]
SITE_PACKAGES = Path(httpx.__file__).parents[1]
_READY_WITHIN_S = 90
_COMMAND_S = 120


def clean_environment(home: Path, **settings: str) -> dict[str, str]:
    """Nothing of the tester's own settings."""
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": str(home),
        "PYTHONPATH": f"{PROJECT}:{SITE_PACKAGES}",
        **settings,
    }


def coldlane(
    arguments: Sequence[str],
    home: Path,
    environment: Mapping[str, str] | None = None,
    *,
    until: Callable[[], bool] | None = None,
) -> "subprocess.CompletedProcess[str]":
    """One command of the program, run to its end, or told to end once something is true."""
    command = [sys.executable, "-P", "-m", "services.cli", *arguments]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=home,
        env=dict(environment or clean_environment(home)),
    ) as process:
        try:
            if until and eventually(lambda: process.poll() is not None or until(), _COMMAND_S):
                process.terminate()
            said, complaint = process.communicate(timeout=_COMMAND_S)
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess(command, process.returncode, said, complaint)


@dataclass
class RunningSystem:
    """One `coldlane up`."""

    process: "subprocess.Popen[str]"
    folder: Path
    words: Path
    line: str = ""

    @property
    def run(self) -> dict[str, Any]:
        """What it wrote about itself."""
        run: dict[str, Any] = json.loads((self.folder / "run.json").read_text())
        return run

    def await_ready(self) -> "RunningSystem":
        """Return at its first line on stdout; fails with its words when it ends before."""
        assert self.process.stdout is not None
        self.line = self.process.stdout.readline()
        assert self.line, self.words.read_text()
        return self

    def end(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Exit code, and what else it wrote on stdout."""
        self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=60)
        return self.process.returncode, rest


def up(
    folder: Path,
    *arguments: str,
    user: str | None = None,
    python: str = sys.executable,
    settings: Mapping[str, str] | None = None,
) -> RunningSystem:
    """Start a system on free ports."""
    words = folder.parent / f"{folder.name}.words"
    program = [python, "-P", "-m", "services.cli", "up", "--data-dir", str(folder)]
    with words.open("w") as stderr:
        process = subprocess.Popen(
            [*program, "--api-port", "0", "--mqtt-port", "0", *arguments],
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            cwd="/",
            user=user,
            group=user,
            extra_groups=[] if user else None,
            env=clean_environment(folder.parent, TEST_FOLDER=str(folder), **(settings or {})),
        )
    return RunningSystem(process, folder, words)


def processes_of(folder: Path) -> dict[int, str]:
    """Every process that was started for the folder, or works in it."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            told = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
            place = os.readlink(entry / "cwd")
            state = (entry / "stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            continue
        if (str(folder).encode() in told or str(folder) in place) and state != "Z":
            found[int(entry.name)] = (entry / "cmdline").read_bytes().decode()
    return found


def eventually(true: Callable[[], bool], within_s: float = 60) -> bool:
    limit = time.monotonic() + within_s
    while time.monotonic() < limit:
        if true():
            return True
        time.sleep(0.1)
    return true()
