"""Resolves the dependencies and writes the lock files: every hash, no index address."""

import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESOLVER_HOME = ROOT / "build" / "lock-env"
LOCKS = {
    "requirements.lock": (),
    "requirements-dev.lock": ("--extra", "dev"),
}
COMMON = (
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--custom-compile-command=make lock",
)
# A release that turns out to be bad is usually withdrawn within days.
COOL_DOWN = "--exclude-newer=3 days"


def resolver() -> Path:
    """uv, in an environment of its own: it resolves for every Python and platform at once."""
    uv = RESOLVER_HOME / "bin" / "uv"
    if not uv.exists():
        venv.create(RESOLVER_HOME, with_pip=True)
        pip = [str(RESOLVER_HOME / "bin" / "python"), "-m", "pip", "install", "--quiet", "uv"]
        subprocess.run(pip, check=True)
    return uv


def index_of_this_machine() -> dict[str, str]:
    """The index that pip uses here, for uv too; it goes nowhere near the lock files."""
    asked = subprocess.run(
        [sys.executable, "-m", "pip", "config", "get", "global.index-url"],
        capture_output=True,
        text=True,
        check=False,
    )
    address = os.environ.get("PIP_INDEX_URL") or asked.stdout.strip()
    return {"UV_DEFAULT_INDEX": address} if address else {}


def main() -> None:
    """Writes both files; versions stay as they are unless `--upgrade` is given."""
    environment = {**os.environ, **index_of_this_machine()}
    uv = str(resolver())
    for name, extra in LOCKS.items():
        print(f"lock: {name}")
        command = [uv, "pip", "compile", "pyproject.toml", *extra, *COMMON, COOL_DOWN]
        command += ["--quiet", "--output-file", name, *sys.argv[1:]]
        subprocess.run(command, check=True, cwd=ROOT, env=environment)


if __name__ == "__main__":
    main()
