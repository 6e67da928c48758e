"""Writes the list of parts of the product in CycloneDX: Python packages and browser files."""

from __future__ import annotations

import argparse
import uuid
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.contrib.this.builders import this_component
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.contact import OrganizationalEntity
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

from scripts.supply.licences import document
from scripts.supply.locked import PRODUCT, ROOT, RUN_LOCK, Locked, locked
from scripts.vendor import VendoredFile, manifest

VERSION = SchemaVersion.V1_6
TARGET = ROOT / "build" / "coldlane.cdx.json"
_NAMESPACE = uuid.UUID("7d0e3c7e-0d3b-5f5e-9a39-6f5b0d1c2a44")
"""Of our serial numbers: the same parts give the same number, so two lists can be compared."""


def bom(root: Path = ROOT) -> Bom:
    """The list; the same for the same lock file and manifest, whenever it is made."""
    licences, factory = document(root)["packages"], LicenseFactory()
    product = Component(
        name=PRODUCT,
        version=version(PRODUCT),
        type=ComponentType.APPLICATION,
        bom_ref=PRODUCT,
        licenses=[factory.make_from_string("Apache-2.0")],
        supplier=OrganizationalEntity(name="Coldlane"),
    )
    made = Bom()
    made.metadata.timestamp = None  # type: ignore[assignment]
    made.metadata.component = product
    made.metadata.tools.components.add(this_component())
    packages = locked(root, RUN_LOCK)
    parts = [_package(one, licences.get(one.name, "NOASSERTION"), factory) for one in packages]
    browser = list(_browser_parts(manifest(), factory))
    for part in (*parts, *browser):
        made.components.add(part)
    _depend(made, product, packages, browser)
    made.serial_number = _serial_number([*parts, *browser])
    return made


def _package(one: Locked, licence: str, factory: LicenseFactory) -> Component:
    return Component(
        name=one.name,
        version=one.version,
        type=ComponentType.LIBRARY,
        bom_ref=_reference(one),
        purl=PackageURL("pypi", None, one.name, one.version),
        licenses=[factory.make_from_string(licence)],
        properties=[
            *(Property(name="coldlane:lock:marker", value=one.marker) for _ in [1] if one.marker),
            *(Property(name="coldlane:lock:sha256", value=each) for each in one.hashes),
        ],
    )


def _reference(one: Locked) -> str:
    return f"pypi:{one.name}@{one.version}"


def _browser_parts(files: Iterable[VendoredFile], factory: LicenseFactory) -> Iterable[Component]:
    """Each package with the files of it that are served, each with its digest."""
    by_package: dict[tuple[str, str, str], list[VendoredFile]] = {}
    for file in files:
        by_package.setdefault((file.package, file.version, file.licence), []).append(file)
    for (package, release, licence), members in sorted(by_package.items()):
        scope, _, name = package.rpartition("/")
        yield Component(
            name=name,
            group=scope or None,
            version=release,
            type=ComponentType.LIBRARY,
            bom_ref=f"npm:{package}@{release}",
            purl=PackageURL("npm", scope or None, name, release),
            licenses=[factory.make_from_string(licence)],
            components=[_file(member) for member in members],
        )


def _file(member: VendoredFile) -> Component:
    return Component(
        name=member.file,
        type=ComponentType.FILE,
        bom_ref=f"file:{member.file}",
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=member.sha256)],
    )


def _depend(
    made: Bom, product: Component, packages: list[Locked], browser: list[Component]
) -> None:
    """Who wants whom, as the lock file says; the product wants what nobody else brings."""
    parts = {str(each.bom_ref.value): each for each in made.components}
    made.register_dependency(product, browser)
    for one in packages:
        part = parts[_reference(one)]
        made.register_dependency(part)
        if PRODUCT in one.wanted_by:
            made.register_dependency(product, [part])
        for other in packages:
            if other.name in one.wanted_by:
                made.register_dependency(parts[_reference(other)], [part])


def _serial_number(parts: Iterable[Component]) -> uuid.UUID:
    said = sorted(
        " ".join([str(one.bom_ref.value), *sorted(each.value or "" for each in one.properties)])
        for one in parts
    )
    return uuid.uuid5(_NAMESPACE, "\n".join(said))


def bom_text(root: Path = ROOT) -> str:
    """The list as JSON."""
    outputter = make_outputter(bom(root), OutputFormat.JSON, VERSION)
    return outputter.output_as_string(indent=2) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=TARGET)
    target: Path = parser.parse_args().output
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(bom_text(), encoding="utf-8")
    print(f"bom: {target} ({len(bom().components)} parts)")


if __name__ == "__main__":
    main()
