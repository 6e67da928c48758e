"""A child process that cannot outlive its parent, writing what it says into a bounded log."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_LAUNCHER = Path(__file__).with_name("launch.py")
LOG_LIMIT_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The ordinary user a child becomes; -1 is whoever we are."""

    uid: int = -1
    gid: int = -1


SAME_USER = Identity()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildPlan:
    """How to start a child, and which signal it gets if its parent is killed."""

    command: Sequence[str]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None
    identity: Identity = SAME_USER
    orphan_signal: signal.Signals = signal.SIGKILL


def spawn(plan: ChildPlan, stdin: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    """Start the child in a session of its own, so that a Ctrl-C reaches it only through us.

    Call it from the main thread: the kernel counts the thread that forked as the parent.
    """
    plan.log.parent.mkdir(parents=True, exist_ok=True)
    trim_log(plan.log)
    launcher = [sys.executable, "-I", "-S", str(_LAUNCHER)]
    duties = [plan.orphan_signal, os.getpid(), plan.identity.uid, plan.identity.gid]
    with plan.log.open("ab") as log:
        return subprocess.Popen(
            [*launcher, *(str(int(duty)) for duty in duties), *plan.command],
            stdin=stdin,
            stdout=log,
            stderr=log,
            cwd=plan.folder,
            env=dict(plan.environment),
            start_new_session=True,
        )


def trim_log(log: Path, limit_bytes: int = LOG_LIMIT_BYTES) -> None:
    """Keep a log and one predecessor below the limit; writers that append go on undisturbed."""
    if log.exists() and log.stat().st_size > limit_bytes:
        shutil.copyfile(log, log.with_name(log.name + ".1"))
        os.truncate(log, 0)


def last_words(log: Path, lines: int = 6) -> str:
    """The end of a log, for a message about a child that did not start."""
    if not log.exists():
        return ""
    with log.open("rb") as stream:
        stream.seek(max(0, log.stat().st_size - 8192))
        text = stream.read().decode(errors="replace")
    return "\n".join(text.strip().splitlines()[-lines:])


def end(process: subprocess.Popen[bytes], first: signal.Signals, patience_s: float) -> None:
    """Ask once, wait, then kill; harmless when it has ended already."""
    if process.poll() is not None:
        return
    process.send_signal(first)
    try:
        process.wait(patience_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
