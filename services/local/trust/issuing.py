"""What stands in the certificates that we issue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from services.local.trust.files import Key

CLOCKS_DIFFER = timedelta(minutes=5)
"""A certificate holds a little earlier than it was made, for clocks that are behind."""

_SIGNS = {"digital_signature"}
_ISSUES = {"key_cert_sign", "crl_sign"}
_USES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


def root_certificate(key: Key, name: str, now: datetime, ends: datetime) -> x509.Certificate:
    """The certificate of the authority itself; it issues no authorities."""
    subject = _name(name)
    return (
        _begun(subject, subject, key.public_key(), now, ends)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(_ISSUES), critical=True)
        .sign(key, hashes.SHA256())
    )


def client_certificate(
    issuer: tuple[x509.Certificate, Key],
    public_key: ec.EllipticCurvePublicKey,
    name: str,
    now: datetime,
    ends: datetime,
) -> x509.Certificate:
    """For a box or a service that connects to the broker under this name."""
    return _leaf(issuer, public_key, name, now, ends, ExtendedKeyUsageOID.CLIENT_AUTH).sign(
        issuer[1], hashes.SHA256()
    )


def server_certificate(
    issuer: tuple[x509.Certificate, Key],
    public_key: ec.EllipticCurvePublicKey,
    hosts: Sequence[str],
    now: datetime,
    ends: datetime,
) -> x509.Certificate:
    """For the broker, under the names and addresses by which it is reached."""
    names = x509.SubjectAlternativeName([_host(one) for one in hosts])
    begun = _leaf(issuer, public_key, hosts[0], now, ends, ExtendedKeyUsageOID.SERVER_AUTH)
    return begun.add_extension(names, critical=False).sign(issuer[1], hashes.SHA256())


def _leaf(
    issuer: tuple[x509.Certificate, Key],
    public_key: ec.EllipticCurvePublicKey,
    name: str,
    now: datetime,
    ends: datetime,
    use: x509.ObjectIdentifier,
) -> x509.CertificateBuilder:
    root, key = issuer
    ends = min(ends, root.not_valid_after_utc)
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
    return (
        _begun(_name(name), root.subject, public_key, now, ends)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(_SIGNS), critical=True)
        .add_extension(x509.ExtendedKeyUsage([use]), critical=False)
        .add_extension(authority, critical=False)
    )


def _begun(
    subject: x509.Name,
    issuer: x509.Name,
    public_key: ec.EllipticCurvePublicKey,
    now: datetime,
    ends: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCKS_DIFFER)
        .not_valid_after(ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _host(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _usage(wanted: set[str]) -> x509.KeyUsage:
    return x509.KeyUsage(**{use: use in wanted for use in _USES})
