"""Tells an address on the public internet from one of this machine or its network."""

from __future__ import annotations

from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

PORTS = frozenset({443, 8443})
_NAT64 = 0x0064_FF9B << 96
_NAT64_SIZE = 1 << 32
_ISATAP = frozenset({0x0000_5EFE, 0x0200_5EFE})
"""The middle of such an address, in any network; its last 32 bits are the older one that it leads
to (RFC 5214), so that both are judged."""
_GLOBAL_UNICAST = ip_network("2000::/3")
"""All that was ever given out; what was meant for networks within lies beside it (`fec0::`)."""
_NEVER = tuple(
    ip_network(one)
    for one in (
        "192.0.0.0/24",  # for protocols, RFC 6890
        "192.88.99.0/24",  # the next relay of 6to4, given up by RFC 7526
        "168.63.129.16/32",  # each machine's own platform at Azure: documentation of Microsoft
        "3fff::/20",  # for documentation, RFC 9637
    )
)


def is_outside(address: str) -> bool:
    """Whether an address is somebody's on the public internet, in whatever form it is written."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        if (int(found) >> 32) & 0xFFFF_FFFF in _ISATAP:
            return _is_public(IPv4Address(int(found) & 0xFFFF_FFFF)) and _is_public(found)
        found = _within(found) or found
    return _is_public(found)


def _is_public(judged: IPv4Address | IPv6Address) -> bool:
    if isinstance(judged, IPv6Address) and judged not in _GLOBAL_UNICAST:
        return False
    if any(judged in network for network in _NEVER):
        return False
    return judged.is_global and not judged.is_multicast and not judged.is_reserved


def _within(found: IPv6Address) -> IPv4Address | None:
    """The older address that a newer one leads to: mapped, by NAT64, 6to4 or Teredo."""
    if 0 <= int(found) - _NAT64 < _NAT64_SIZE:
        return IPv4Address(int(found) - _NAT64)
    if found.teredo is not None:
        return found.teredo[1]
    return found.ipv4_mapped or found.sixtofour


def place_of(url: str) -> str:
    """Host and port of an address, as they are written in the list of places inside."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return f"{(parts.hostname or '').lower()}:{port}"


def check_webhook_address(url: str, inside: Collection[str]) -> None:
    """Refuse what could not be meant; raises ValueError that names the remedy."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("webhook_url: give the receiver's address: https://host/path")
    if parts.username is not None or parts.password is not None:
        raise ValueError("webhook_url: no user in the address; the signature proves who sends")
    if place_of(url) not in inside:
        _check_outside(parts)


def _check_outside(parts: SplitResult) -> None:
    """The receiver may be anywhere: so it takes TLS, a usual port, and no address of ours."""
    remedy = "for a receiver in your own network name host:port in COLDLANE_WEBHOOK_INSIDE"
    if parts.scheme != "https":
        raise ValueError(f"webhook_url: only https leaves the house; {remedy}")
    if (parts.port or 443) not in PORTS:
        raise ValueError(f"webhook_url: only the ports 443 and 8443 are outside; {remedy}")
    host = parts.hostname or ""
    if host == "localhost" or (_is_literal(host) and not is_outside(host)):
        raise ValueError(f"webhook_url: the address is of this machine or network; {remedy}")


def _is_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
