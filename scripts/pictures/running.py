"""Runs a system in a folder of its own for as long as pictures of it are taken."""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_DUTY = "+86 21 6834 0000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """One `coldlane up`; `link` is the administrator's where people must sign in."""

    address: str
    run: dict[str, Any]
    link: str | None = None

    @property
    def api(self) -> int:
        """The process that answers."""
        return int(self.run["parts"]["api"])


@contextmanager
def running(*wishes: str) -> Iterator[Running]:
    """Such a system, ready; it ends with the block."""
    with tempfile.TemporaryDirectory(prefix="coldlane-pictures-") as folder:
        command = [str(Path(sys.executable).with_name("coldlane")), "up", *wishes]
        command += ["--data-dir", f"{folder}/data", "--api-port", "0", "--mqtt-port", "0"]
        settings = {**os.environ, "COLDLANE_LOG_LEVEL": "error", "COLDLANE_DUTY_PHONE": _DUTY}
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=settings)
        try:
            address = _said(process, r"Coldlane is ready: (http\S+)")
            link = _said(process, r"/(sign-in#link=\S+)") if "--sign-in" in wishes else None
            run = json.loads(Path(folder, "data/run.json").read_text(encoding="utf-8"))
            yield Running(address=address, run=run, link=link)
        finally:
            process.terminate()
            process.wait(60)


def _said(process: "subprocess.Popen[str]", words: str) -> str:
    for line in process.stdout or ():
        if found := re.search(words, line):
            return found[1]
    raise RuntimeError("the system ended before it was ready")
