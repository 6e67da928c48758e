"""The installation's own certificate authority: a folder that one user of the machine can read."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from services.core.domain.errors import Invalid
from services.core.domain.identifiers import BoxId, parse_box_id
from services.core.runtime.certificates import common_name, load_certificate
from services.local.errors import LocalFailure
from services.local.trust.files import Key, make_folder, new_key, put, read_key, write_key
from services.local.trust.issuing import client_certificate, root_certificate, server_certificate

ROOT_HOLDS = timedelta(days=3650)
"""Own choice, grade O."""

_PEM = serialization.Encoding.PEM


class Authority:
    """Issues certificates and says which of them hold no more.

    Its list of revoked certificates ends with the authority itself: a broker refuses every box
    when the list it has is too old, and a list is not wrong because it is old.
    """

    def __init__(self, folder: Path) -> None:
        """Open the authority in this folder; raises LocalFailure when there is none."""
        self.folder = folder
        if not (folder / "ca.key").exists():
            raise LocalFailure(f"there is no authority in {folder}: make one with coldlane ca init")
        self._key: Key = read_key(folder / "ca.key")
        self.certificate = load_certificate((folder / "ca.crt").read_bytes())

    @classmethod
    def found(cls, folder: Path, name: str, now: datetime) -> Authority:
        """Make a new authority; raises LocalFailure where there is one."""
        make_folder(folder)
        key = new_key()
        write_key(folder / "ca.key", key)
        root = root_certificate(key, name, now, now + ROOT_HOLDS)
        put(folder / "ca.crt", root.public_bytes(_PEM))
        made = cls(folder)
        made._write_list([], now)
        return made

    def issue(
        self, name: str, public_key: ec.EllipticCurvePublicKey, now: datetime, holds: timedelta
    ) -> bytes:
        """A certificate for whoever connects under this name, in PEM."""
        issuer = (self.certificate, self._key)
        made = client_certificate(issuer, public_key, name, now, now + holds)
        return made.public_bytes(_PEM)

    def issue_for_server(
        self,
        hosts: Sequence[str],
        public_key: ec.EllipticCurvePublicKey,
        now: datetime,
        holds: timedelta,
    ) -> bytes:
        """A certificate for the broker, in PEM."""
        issuer = (self.certificate, self._key)
        return server_certificate(issuer, public_key, hosts, now, now + holds).public_bytes(_PEM)

    def issue_for_request(
        self, box_id: BoxId, request: bytes, now: datetime, holds: timedelta
    ) -> bytes:
        """A certificate for a box that keeps its key to itself; raises Invalid."""
        try:
            asked = x509.load_pem_x509_csr(request)
        except ValueError:
            raise _wrong_request("this is no certificate request in PEM") from None
        if not asked.is_signature_valid:
            raise _wrong_request("the request is not signed with the key that it names")
        if common_name(asked.subject) != box_id:
            raise _wrong_request(f"the request does not name {box_id} as its subject")
        public_key = asked.public_key()
        if not isinstance(public_key, ec.EllipticCurvePublicKey) or public_key.key_size < 256:
            raise _wrong_request("the request's key is not on an elliptic curve of 256 bits")
        return self.issue(box_id, public_key, now, holds)

    def trust(self, certificate: bytes, revoked: bytes) -> None:
        """Take another authority's boxes too: a site's or a maker's, with its list; raises Invalid.

        Without its list the broker could not tell its good certificates from its revoked ones, and
        would refuse them all.
        """
        root = load_certificate(certificate)
        constraints = root.extensions.get_extension_for_class(x509.BasicConstraints).value
        try:
            its = x509.load_pem_x509_crl(revoked)
        except ValueError:
            raise Invalid("this is no list of revoked certificates in PEM", field="crl") from None
        if not constraints.ca or not its.is_signature_valid(root.public_key()):  # type: ignore[arg-type]
            raise Invalid("the list is not signed by this authority", field="crl")
        others = self.folder / "trusted"
        make_folder(others)
        stem = root.fingerprint(hashes.SHA256()).hex()[:16]
        put(others / f"{stem}.crt", certificate)
        put(others / f"{stem}.crl", revoked)

    def is_issuer_of(self, certificate: bytes) -> bool:
        """Whether we, and not a site, issued it."""
        try:
            load_certificate(certificate).verify_directly_issued_by(self.certificate)
        except (ValueError, TypeError, InvalidSignature):
            return False
        return True

    def trusted(self) -> bytes:
        """The certificates of every authority whose boxes get in, in PEM."""
        return b"".join(file.read_bytes() for file in self._all(".crt"))

    def revoked(self) -> bytes:
        """The lists of all of them, in PEM."""
        return b"".join(file.read_bytes() for file in self._all(".crl"))

    def revoke(self, serials: Iterable[int], now: datetime) -> datetime:
        """Put certificates on our list; returns when the list was made, to the second.

        OpenSSL takes the newer of two lists and counts in seconds: one made within the same second
        as the last would be passed over, so this waits for the next.
        """
        before = self._list()
        listed = {entry.serial_number: entry for entry in before}
        if (wait := before.last_update_utc + timedelta(seconds=1) - now) > timedelta(0):
            time.sleep(wait.total_seconds())
            now += wait
        for serial in serials:
            if serial not in listed:
                builder = x509.RevokedCertificateBuilder().serial_number(serial)
                listed[serial] = builder.revocation_date(now).build()
        self._write_list(list(listed.values()), now)
        return now

    def is_revoked(self, serial: int) -> bool:
        """Whether it stands on our list."""
        return self._list().get_revoked_certificate_by_serial_number(serial) is not None

    def _list(self) -> x509.CertificateRevocationList:
        return x509.load_pem_x509_crl((self.folder / "ca.crl").read_bytes())

    def _write_list(self, entries: Sequence[x509.RevokedCertificate], now: datetime) -> None:
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate.subject)
            .last_update(now)
            .next_update(self.certificate.not_valid_after_utc)
        )
        for entry in entries:
            builder = builder.add_revoked_certificate(entry)
        put(self.folder / "ca.crl", builder.sign(self._key, hashes.SHA256()).public_bytes(_PEM))

    def _all(self, ending: str) -> list[Path]:
        others = sorted((self.folder / "trusted").glob(f"*{ending}"))
        return [self.folder / f"ca{ending}", *others]


def named_box(text: str) -> BoxId:
    """A name that a certificate may carry: the broker's rules would read / + # as wild cards."""
    return parse_box_id(text)


def _wrong_request(what: str) -> Invalid:
    return Invalid(what, field="csr", remedy="make it anew with the subject CN=<box id>")
