"""What this machine has for the tests beyond Python packages, and how to add what it lacks."""

import glob
import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.brokers import find_mosquitto

DEBIAN_WITH_TIMESCALE = "trixie"
TIMESCALE_PACKAGE = "postgresql-17-timescaledb"
COLUMNSTORE_FILES = Path(__file__).with_name("columnstore")
PROVIDER_FILES = Path(__file__).with_name("oidc_provider")
AXE_FILES = Path(__file__).with_name("axe")
JAVASCRIPT_FILES = Path(__file__).with_name("javascript")
_APT_ENVIRONMENT = {"DEBIAN_FRONTEND": "noninteractive"}
_CREATE_CLUSTER = Path("/etc/postgresql-common/createcluster.conf")


def cache_folder() -> Path:
    """Where what takes long to make is kept from one run to the next."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "coldlane-tests"


def root_prefix() -> list[str] | None:
    """How to run a command as root: as it is, through sudo, or not at all."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo is None:
        return None
    allowed = subprocess.run([sudo, "-n", "true"], capture_output=True, check=False)
    return [sudo, "-n"] if allowed.returncode == 0 else None


def as_root(command: Sequence[str]) -> None:
    """Run a command as root; its output is shown only when it fails."""
    prefix = root_prefix()
    if prefix is None:
        raise PermissionError("neither root nor passwordless sudo")
    words = [*prefix, "env", *(f"{k}={v}" for k, v in _APT_ENVIRONMENT.items()), *command]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-8:])
        raise RuntimeError(f"{' '.join(command)} failed:\n{tail}")


def apt_install(*packages: str) -> None:
    """Install Debian packages from the sources that the machine is set up with."""
    as_root(["apt-get", "update", "-qq"])
    as_root(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages])


def find_chromium() -> str | None:
    """Debian's Chromium; Ubuntu's is a snap that does not run without a session."""
    return shutil.which("chromium")


@dataclass(frozen=True, slots=True, kw_only=True)
class TimescaleHome:
    """A root folder in which PostgreSQL with TimescaleDB is installed."""

    root: Path
    programs: str
    """Folder of `postgres` and `initdb`, as seen from inside `root`."""


def find_timescale() -> TimescaleHome | None:
    """TimescaleDB of this machine, or the one in our cache; Debian's programs, PostgreSQL ≥ 16."""
    for root in (Path("/"), timescale_chroot()):
        found = sorted(glob.glob(f"{root}/usr/lib/postgresql/*/lib/timescaledb.so"))
        if found:
            version = Path(found[-1]).parents[1].name
            return TimescaleHome(root=root, programs=f"/usr/lib/postgresql/{version}/bin")
    return None


def timescale_chroot() -> Path:
    """The small Debian that holds TimescaleDB where the machine's own Debian has none."""
    return cache_folder() / f"debian-{DEBIAN_WITH_TIMESCALE}-timescaledb"


def install_timescale() -> None:
    """From the machine's own packages when they have it, else into a small Debian beside it."""
    as_root(["apt-get", "update", "-qq"])
    shown = subprocess.run(
        ["apt-cache", "show", TIMESCALE_PACKAGE], capture_output=True, check=False
    )
    if shown.returncode == 0:
        _keep_apt_from_starting_a_server()
        as_root(["apt-get", "install", "-y", "-qq", "--no-install-recommends", TIMESCALE_PACKAGE])
    else:
        _make_chroot()


def _keep_apt_from_starting_a_server() -> None:
    """Debian's package makes a cluster on port 5432 unless it is told not to beforehand."""
    if not _CREATE_CLUSTER.exists():
        as_root(["mkdir", "-p", str(_CREATE_CLUSTER.parent)])
        as_root(["sh", "-c", f"echo 'create_main_cluster = false' > {_CREATE_CLUSTER}"])


def _make_chroot() -> None:
    mirror = debian_mirror()
    if mirror is None:
        raise RuntimeError("this machine's apt sources name no Debian mirror")
    if shutil.which("debootstrap", path="/usr/sbin:/usr/bin") is None:
        apt_install("debootstrap", "debian-archive-keyring")
    fresh = timescale_chroot().with_suffix(".fresh")
    fresh.parent.mkdir(parents=True, exist_ok=True)
    as_root(["rm", "-rf", str(fresh)])
    include = f"--include={TIMESCALE_PACKAGE}"
    command = ["debootstrap", "--variant=minbase", include, DEBIAN_WITH_TIMESCALE]
    as_root([*command, str(fresh), mirror])
    as_root(["rm", "-rf", f"{fresh}/var/cache/apt/archives", f"{fresh}/var/lib/postgresql/17"])
    as_root(["mv", str(fresh), str(timescale_chroot())])


def debian_mirror(sources: Path = Path("/etc/apt")) -> str | None:
    """The mirror that this machine's apt uses for Debian itself, in either spelling."""
    files = [sources / "sources.list", *sorted(sources.glob("sources.list.d/*"))]
    for file in (file for file in files if file.is_file()):
        for address in re.findall(r"^(?:deb |URIs:).*?(https?://\S+)", file.read_text(), re.M):
            if re.search(r"/debian/?$", address):
                return str(address)
    return None


def npm_folder(files: Path) -> Path:
    """Where npm puts what a folder of the tests has locked; named by what is in it."""
    contents = b"".join(file.read_bytes() for file in sorted(files.iterdir()))
    return cache_folder() / f"{files.name}-{hashlib.sha256(contents).hexdigest()[:12]}"


def find_columnstore() -> Path | None:
    """PostgreSQL with TimescaleDB's community edition, when npm has brought it."""
    return _filled_by_npm(COLUMNSTORE_FILES)


def find_oidc_provider() -> Path | None:
    """A provider of OpenID Connect, when npm has brought it."""
    return _filled_by_npm(PROVIDER_FILES)


def find_axe() -> Path | None:
    """axe-core, when npm has brought it."""
    return _filled_by_npm(AXE_FILES)


def find_javascript() -> Path | None:
    """What checks and formats the browser code, when npm has brought it."""
    return _filled_by_npm(JAVASCRIPT_FILES)


def _filled_by_npm(files: Path) -> Path | None:
    """The folder, when npm has filled it and Node is there to run it."""
    folder = npm_folder(files)
    return folder if shutil.which("node") and (folder / "complete").exists() else None


def install_by_npm(files: Path) -> None:
    """By npm, Debian's where there is none: the locked package, without its scripts."""
    if shutil.which("npm") is None and root_prefix() is not None:
        apt_install("nodejs", "npm")
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError("npm is not installed")
    folder = npm_folder(files)
    folder.mkdir(parents=True, exist_ok=True)
    for file in files.iterdir():
        shutil.copy(file, folder)
    done = subprocess.run(
        [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"npm ci failed: {done.stderr.strip()[-300:]}")
    (folder / "complete").touch()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Something that a floor of the tests stands on."""

    name: str
    floor: str
    found: Callable[[], object]
    install: Callable[[], None]
    says: str
    needs_root: bool = True


PARTS = (
    Part(
        name="mosquitto",
        floor="the tests against Mosquitto",
        found=lambda: find_mosquitto() and shutil.which("mosquitto_pub"),
        install=lambda: apt_install("mosquitto", "mosquitto-clients"),
        says="Debian packages mosquitto, mosquitto-clients",
    ),
    Part(
        name="chromium",
        floor="the tests in a real browser",
        found=find_chromium,
        install=lambda: apt_install("chromium", "fonts-noto-cjk"),
        says="Debian packages chromium, fonts-noto-cjk",
    ),
    Part(
        name="timescale",
        floor="the tests against TimescaleDB",
        found=find_timescale,
        install=install_timescale,
        says=f"{TIMESCALE_PACKAGE}, in a small Debian under the cache folder where apt lacks it",
    ),
    Part(
        name="columnstore",
        floor="the tests of the columnstore",
        found=find_columnstore,
        install=lambda: install_by_npm(COLUMNSTORE_FILES),
        says="Node.js, and npm for a PostgreSQL with TimescaleDB's community edition",
        needs_root=False,
    ),
    Part(
        name="provider",
        floor="the tests of signing in through another service",
        found=find_oidc_provider,
        install=lambda: install_by_npm(PROVIDER_FILES),
        says="Node.js, and npm for an OpenID Connect provider",
        needs_root=False,
    ),
    Part(
        name="axe",
        floor="the tests of what people with other senses meet",
        found=find_axe,
        install=lambda: install_by_npm(AXE_FILES),
        says="Node.js, and npm for axe-core",
        needs_root=False,
    ),
    Part(
        name="javascript",
        floor="the checks of the browser code",
        found=find_javascript,
        install=lambda: install_by_npm(JAVASCRIPT_FILES),
        says="Node.js, and npm for TypeScript and Biome",
        needs_root=False,
    ),
)
