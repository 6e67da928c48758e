"""Reading X.509 certificates: whom they name, by what they are told apart, how long they hold."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from services.core.domain.errors import Invalid
from services.core.runtime.written import TlsFiles

MOST_BYTES = 16 * 1024
"""A certificate of a box has less than 2 KiB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFacts:
    """What a certificate says of itself. `serial` in lower-case hexadecimal digits."""

    name: str
    serial: str
    issuer: str
    fingerprint_sha256: bytes
    not_before: datetime
    not_after: datetime


def read_certificate(pem: bytes) -> CertificateFacts:
    """Read one certificate in PEM; raises Invalid."""
    certificate = load_certificate(pem)
    return CertificateFacts(
        name=common_name(certificate.subject),
        serial=f"{certificate.serial_number:x}",
        issuer=certificate.issuer.rfc4514_string(),
        fingerprint_sha256=certificate.fingerprint(hashes.SHA256()),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
    )


def load_certificate(pem: bytes) -> x509.Certificate:
    """The certificate in these bytes; raises Invalid when they are none, or several."""
    if pem.count(b"-----BEGIN") != 1 or len(pem) > MOST_BYTES:
        raise _unreadable()
    try:
        return x509.load_pem_x509_certificate(pem)
    except ValueError:
        raise _unreadable() from None


def common_name(subject: x509.Name) -> str:
    """The one common name in it; raises Invalid.

    Brokers take the first of several, or the last: whoever has two could be two.
    """
    names = subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    if len(names) != 1 or not isinstance(names[0].value, str):
        raise Invalid(
            f"the subject has {len(names)} common names instead of one",
            field="certificate",
            remedy="let it say CN=<box id>, once",
        )
    return names[0].value


def client_context(files: TlsFiles) -> ssl.SSLContext:
    """TLS 1.2 or newer, the other side checked, with a certificate of ours if there is one."""
    context = ssl.create_default_context(cafile=files.authorities)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if files.certificate is not None:
        context.load_cert_chain(files.certificate, files.key)
    return context


def ends_at(file: Path) -> datetime | None:
    """When the first certificate in a file ends; None when it cannot be read."""
    try:
        return x509.load_pem_x509_certificates(file.read_bytes())[0].not_valid_after_utc
    except (OSError, ValueError):
        return None


def peer_ends_at(connection: object) -> datetime | None:
    """When the certificate of the other side ends; None when there is none."""
    if not isinstance(connection, ssl.SSLSocket):
        return None
    shown = connection.getpeercert(binary_form=True)
    if not shown:
        return None
    return x509.load_der_x509_certificate(shown).not_valid_after_utc


def _unreadable() -> Invalid:
    return Invalid(
        "this is no certificate in PEM, or more than one",
        field="certificate",
        remedy="give the box's own certificate alone, from BEGIN CERTIFICATE to END CERTIFICATE",
    )
