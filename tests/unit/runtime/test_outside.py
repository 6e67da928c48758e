"""Which addresses are outside, in whatever form they are written; case 144 of the bad inputs."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.runtime.outside import check_webhook_address, is_outside, place_of

WITHIN = (
    "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.1.2.3", "172.16.0.9", "192.168.1.1", "169.254.169.254",  # noqa: S104 - judged, not bound to
    "100.64.0.1", "192.0.2.7", "198.18.0.1", "224.0.0.1", "255.255.255.255", "240.0.0.1",
    "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::", "2002:a00:1::1", "::127.0.0.1", "no address",
    "fec0::1", "64:ff9b:1::7f00:1", "::ffff:0:127.0.0.1", "2001:0:4136:e378:8000:63bf:80ff:fffe",
    "2001:4860::5efe:7f00:1", "2001:4860::200:5efe:a00:1", "fd00::5efe:808:808",
    "fe80::5efe:808:808", "2001:db8::5efe:808:808", "3fff::1", "5f00::1", "100::1",
    "192.0.0.8", "192.88.99.1", "168.63.129.16", "100.100.100.200", "fd00:ec2::254",
    "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "[::1]", "", "1.1.1.1:443", "１.1.1.1",
)  # fmt: skip
MEANT_INSIDE = (
    "http://example.org/x",
    "https://127.0.0.1/x",
    "https://[::1]/x",
    "https://169.254.169.254/latest/meta-data",
    "https://[::ffff:127.0.0.1]/x",
    "https://[fe80::1]/x",
    "https://localhost/x",
    "https://example.org:25/x",
    "https://example.org:6379/x",
    "https://user@example.org/x",
    "https://user:secret@example.org/x",
    "https://good.example@127.0.0.1/x",
    "file:///etc/passwd",
    "unix:///run/docker.sock",
    "gopher://example.org/x",
    "https:///x",
    "//example.org/x",
)


@pytest.mark.parametrize("address", WITHIN)
def test_s26_case_144_address_of_a_network_of_ours_is_not_outside(address: str) -> None:
    assert not is_outside(address)


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "2001:4860::5efe:808:808"],
)
def test_public_address_is_outside(address: str) -> None:
    assert is_outside(address)


@given(st.ip_addresses(network="127.0.0.0/8") | st.ip_addresses(network="10.0.0.0/8"))
def test_s26_no_spelling_of_an_inner_address_is_outside(address: Any) -> None:
    number = int(address)
    assert not is_outside(str(address))
    assert not is_outside(f"::ffff:{address}")
    assert not is_outside(f"64:ff9b::{number >> 16:x}:{number & 0xFFFF:x}")
    assert not is_outside(f"2002:{number >> 16:x}:{number & 0xFFFF:x}::1")


@pytest.mark.parametrize("url", MEANT_INSIDE)
def test_s26_case_144_address_that_could_not_be_meant_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(ValueError, match="webhook_url"):
        check_webhook_address(url, frozenset())


def test_place_in_the_own_network_is_reached_when_it_is_named() -> None:
    for url in ("http://127.0.0.1:9/x", "https://hooks.inside:8080/x", "http://hooks.inside/x"):
        check_webhook_address(url, {"127.0.0.1:9", "hooks.inside:8080", "hooks.inside:80"})
    assert place_of("https://Hooks.Inside/x") == "hooks.inside:443"
