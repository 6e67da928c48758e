"""The deployment files hold, and the checks that say so can fail."""

import re
from pathlib import Path

import pytest
import yaml

from scripts.check.compose import compose_problems
from scripts.check.dockerfile import dockerfile_problems
from scripts.check.environment import environment_problems

COMPOSE = {
    "services": {
        "one": {
            "image": "x",
            "restart": "unless-stopped",
            "healthcheck": {"test": ["CMD", "true"]},
        }
    }
}


def with_compose(root: Path, **changes: object) -> Path:
    (root / "deploy").mkdir()
    document = {"services": {"one": {**COMPOSE["services"]["one"], **changes}}}
    (root / "deploy" / "compose.yaml").write_text(yaml.safe_dump(document))
    return root


def with_dockerfile(root: Path, text: str) -> Path:
    (root / "deploy").mkdir()
    (root / "deploy" / "Dockerfile").write_text(text)
    return root


def test_the_compose_file_holds(pytestconfig: pytest.Config) -> None:
    assert list(compose_problems(pytestconfig.rootpath)) == []


def test_the_dockerfile_holds(pytestconfig: pytest.Config) -> None:
    assert list(dockerfile_problems(pytestconfig.rootpath)) == []


def test_s80_image_takes_in_sources_by_name_and_no_secret(pytestconfig: pytest.Config) -> None:
    """What is not named is not sent to the builder: a file of keys beside the tree stays out."""
    deploy = pytestconfig.rootpath / "deploy"
    ignored, *named = (deploy / "Dockerfile.dockerignore").read_text().split()
    assert ignored == "*"
    assert {one[1:] for one in named if one.startswith("!")} == {
        "requirements*.lock",
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "services",
        "simulators",
    }
    said = (deploy / "Dockerfile").read_text()
    assert re.findall(r"^ARG\b.*|\w*(?:PASSWORD|SECRET|TOKEN|_URL|_KEY)\w*", said, re.M) == []


def test_the_example_environment_names_what_compose_reads(pytestconfig: pytest.Config) -> None:
    assert list(environment_problems(pytestconfig.rootpath)) == []


def test_a_sound_compose_file_has_no_problems(tmp_path: Path) -> None:
    assert list(compose_problems(with_compose(tmp_path))) == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"ports": ["1883:1883"]}, "one: port 1883:1883 is open to more than this machine"),
        ({"depends_on": ["two"]}, "one: depends on two, which is not there"),
        ({"healthcheck": None, "volumes": ["data:/data"]}, "one: volume data is not declared"),
        ({"volumes": ["./gone:/x"]}, "one: mounts ./gone, which is not there"),
        ({"restart": "no"}, "one: does not come back by itself (restart: unless-stopped)"),
    ],
)
def test_a_bad_compose_file_is_named(
    tmp_path: Path, changes: dict[str, object], problem: str
) -> None:
    assert list(compose_problems(with_compose(tmp_path, **changes))) == [problem]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("FROM x\nUSER a\nUSER root\n", "it never becomes an ordinary user"),
        ("FROM x\nUSER a\nINSTALL y\n", "unknown instructions: INSTALL"),
        ("FROM x\nUSER a\nCOPY gone /x\n", "COPY names gone, which is not there"),
        ("FROM x\nRUN pip install \\\n  y\nUSER a\n", "installs without hashes: pip install    y"),
    ],
)
def test_a_bad_dockerfile_is_named(tmp_path: Path, text: str, problem: str) -> None:
    assert list(dockerfile_problems(with_dockerfile(tmp_path, text))) == [problem]


def test_broker_for_boxes_has_the_limits_of_the_one_for_this_machine(
    pytestconfig: pytest.Config,
) -> None:
    folder = pytestconfig.rootpath / "deploy" / "mosquitto"

    def lines(name: str) -> set[str]:
        found = (folder / name).read_text().splitlines()
        return {line for line in found if line and line[0] != "#"}

    assert lines("mosquitto.conf") - lines("boxes.conf") == {
        "listener 1883 0.0.0.0",
        "allow_anonymous true",
    }
