"""A child of ours: nothing it does lets it outlive its parent, and its log stays bounded."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from services.local.children import ChildPlan, Identity, end, last_words, spawn, trim_log

PARENT = """
import os, sys, time
from pathlib import Path
from services.local.children import ChildPlan, spawn
child = spawn(ChildPlan(command=["/bin/sleep", "60"], log=Path(sys.argv[1])))
print(child.pid, flush=True)
time.sleep(60)
"""


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_child_dies_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path / "log")], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert is_running(child)
    parent.kill()
    parent.communicate()
    limit = time.monotonic() + 60
    while is_running(child) and time.monotonic() < limit:
        time.sleep(0.02)
    assert not is_running(child)


def test_a_ctrl_c_at_the_terminal_does_not_reach_a_child_directly(tmp_path: Path) -> None:
    child = spawn(ChildPlan(command=["/bin/sleep", "60"], log=tmp_path / "log"))
    try:
        assert os.getsid(child.pid) == child.pid
    finally:
        end(child, signal.SIGTERM, 5)
    assert child.returncode == -signal.SIGTERM


def test_a_child_that_will_not_end_is_killed(tmp_path: Path) -> None:
    stubborn = "trap '' TERM; echo up; while :; do sleep 0.1; done"
    child = spawn(ChildPlan(command=["/bin/sh", "-c", stubborn], log=tmp_path / "log"))
    while not last_words(tmp_path / "log"):
        time.sleep(0.02)
    end(child, signal.SIGTERM, 0.2)
    assert child.returncode == -signal.SIGKILL


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become somebody else")
def test_a_child_of_root_can_give_up_every_right(tmp_path: Path) -> None:
    nobody = Identity(uid=65534, gid=65534)
    command = ["/bin/cat", "/proc/self/status"]
    child = spawn(ChildPlan(command=command, log=tmp_path / "log", identity=nobody))
    assert child.wait(60) == 0
    status = (tmp_path / "log").read_text()
    assert "Uid:\t65534\t65534\t65534\t65534" in status
    assert "Groups:\t \n" in status
    assert "CapEff:\t0000000000000000" in status


def test_a_log_and_its_predecessor_stay_below_the_limit(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"old\n" * 100)
    trim_log(log, limit_bytes=100)
    assert log.stat().st_size == 0
    assert (tmp_path / "log.1").read_bytes() == b"old\n" * 100


def test_a_writer_goes_on_after_its_log_was_trimmed(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("ab", buffering=0) as writer:
        writer.write(b"x" * 200)
        trim_log(log, limit_bytes=100)
        writer.write(b"after\n")
    assert log.read_bytes() == b"after\n"


def test_the_last_words_are_the_end_of_the_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert last_words(log) == ""
    log.write_text("\n".join(str(number) for number in range(100)) + "\n")
    assert last_words(log, lines=2) == "98\n99"
