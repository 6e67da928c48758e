"""Copy the pinned third-party browser files into the static folder, or check them."""

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "services/api/static/vendor"
MANIFEST = VENDOR / "VENDOR.toml"
NPM_FILES = ("package.json", "package-lock.json", ".npmrc")


@dataclass(frozen=True, slots=True, kw_only=True)
class VendoredFile:
    """One file of the manifest: where it lies here, and where its package keeps it."""

    file: str
    package: str
    version: str
    licence: str
    source: str
    sha256: str

    @property
    def path(self) -> Path:
        return VENDOR / self.file


def manifest() -> list[VendoredFile]:
    """Read VENDOR.toml."""
    document = tomllib.loads(MANIFEST.read_text(encoding="utf-8"))
    return [VendoredFile(**entry) for entry in document["files"]]


def digest(path: Path) -> str:
    """SHA-256 of a file, or a word that equals no digest when it is missing."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "missing"


def problems() -> list[str]:
    """What differs between the manifest, the lock file and the committed files; reads disk only."""
    files = manifest()
    found = [
        f"{entry.file}: expected sha256 {entry.sha256}, found {digest(entry.path)}"
        for entry in files
        if digest(entry.path) != entry.sha256
    ]
    listed = {entry.path for entry in files} | {MANIFEST}
    present = {path for path in VENDOR.rglob("*") if path.is_file()}
    found += [f"{path.relative_to(VENDOR)}: not in VENDOR.toml" for path in present - listed]
    return sorted(found + _version_differences(files))


def _version_differences(files: list[VendoredFile]) -> list[str]:
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    locked = {
        name.removeprefix("node_modules/"): entry["version"]
        for name, entry in packages.items()
        if name
    }
    return sorted(
        {
            f"{entry.package}: {entry.version} here, {locked.get(entry.package)} in the lock"
            for entry in files
            if locked.get(entry.package) != entry.version
        }
    )


def refresh() -> None:
    """Install the locked packages in a temporary folder, without their scripts, and copy."""
    with tempfile.TemporaryDirectory(prefix="coldlane-vendor-") as folder:
        for name in NPM_FILES:
            shutil.copy(ROOT / name, folder)
        subprocess.run(["npm", "ci", "--ignore-scripts", "--silent"], cwd=folder, check=True)
        for entry in manifest():
            entry.path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(
                Path(folder) / "node_modules" / entry.package / entry.source, entry.path
            )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only; nothing is fetched")
    if not parser.parse_args().check:
        refresh()
    found = problems()
    for line in found:
        print(line, file=sys.stderr)
    print(f"{len(manifest())} vendored files, {len(found)} differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
