"""The whole system against the truth of a run, and against itself once somebody has meddled."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.integration.local.running import RunningSystem, coldlane, up

pytestmark = pytest.mark.timeout(300)

BOXES = 6
RUN_S = 80  # the failing box leaves its label 90 s before; certain after on-delay and two readings


@dataclass(frozen=True)
class Verified:
    """A system, a truth it is held against, and the place for commands."""

    system: RunningSystem
    truth: Path
    home: Path

    def verify(self, *more: str) -> tuple[int, dict[str, Any]]:
        where = ["--data-dir", str(self.system.folder)]
        done = coldlane(["verify", str(self.truth), *where, "--json", *more], self.home)
        assert done.stdout, done.stderr
        return done.returncode, json.loads(done.stdout)

    def meddle(self, statement: str) -> None:
        with psycopg.connect(self.system.run["database_url"]) as connection:
            assert connection.execute(statement).rowcount == 1


@pytest.fixture(scope="module")
def verified(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Verified]:
    home = tmp_path_factory.mktemp("verify")
    system = up(home / "data")
    system.await_ready()
    truth = home / "truth.jsonl"
    arguments = ["simulate", "run", "--data-dir", str(system.folder), "--boxes", str(BOXES)]
    arguments += ["--duration-s", str(RUN_S), "--truth", str(truth), "--json"]
    done = coldlane(arguments, home)
    assert done.returncode == 0, done.stderr
    yield Verified(system=system, truth=truth, home=home)
    system.end()


def test_a_running_system_keeps_every_bound(verified: Verified) -> None:
    code, found = verified.verify()
    total = found["total"]
    assert (code, total["broken"]) == (0, [])
    assert total["readings"]["expected"] > 500
    assert (total["excursions"]["true"], total["excursions"]["told"]) == (1, 1)
    assert abs(total["excursions"]["began_error_s"]["median"]) < 20
    assert total["alarms"]["missed"] == total["alarms"]["false"] == 0
    assert len(found["boxes"]) == BOXES


@pytest.mark.parametrize(
    ("statement", "seen"),
    [
        ("DELETE FROM reading WHERE", "1 readings lost"),
        (
            "INSERT INTO reading (box_no, boot_no, seq, bucket_at, device_at, received_at, temp_c)"
            " SELECT box_no, boot_no, seq, bucket_at + interval '1 s', device_at, received_at,"
            " temp_c FROM reading WHERE",
            "1 readings doubled",
        ),
        ("UPDATE reading SET temp_c = temp_c + 0.01 WHERE", "1 readings altered"),
        ("UPDATE reading SET seq = 90001, bucket_at = received_at WHERE", "1 readings invented"),
    ],
)
def test_meddling_with_the_store_is_seen(verified: Verified, statement: str, seen: str) -> None:
    """Each takes a reading of its own, so that they do not meet."""
    number = 40 + sum(map(ord, seen)) % 97
    verified.meddle(f"{statement} seq = {number} AND box_no = (SELECT min(box_no) FROM box)")
    code, found = verified.verify("--patience-s", "0")
    assert code == 4
    assert seen.split(" ", 1)[1] in " ".join(found["total"]["broken"])


def test_without_a_file_or_a_service_the_exit_code_says_which(
    verified: Verified, tmp_path: Path
) -> None:
    where = ["--api-url", "http://127.0.0.1:9"]
    assert coldlane(["verify", str(tmp_path / "none"), *where], tmp_path).returncode == 3
    assert coldlane(["verify", str(verified.truth), *where], tmp_path).returncode == 5
