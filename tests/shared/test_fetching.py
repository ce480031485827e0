"""Whose address is taken, and to what of it we connect."""

import pytest

from services.shared.fetching import Allowed
from services.shared.settings import Settings

ALLOWED = Allowed.of(Settings(fetch_hosts="Files.example, xn--ghq880n.example:8443"))


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("https://files.example/a?b=c", None),
        ("https://FILES.example:443/a", None),
        ("https://xn--ghq880n.example:8443/a", None),
        ("http://files.example/a", "FETCH_NOT_HTTPS"),
        ("ftp://files.example/a", "FETCH_NOT_HTTPS"),
        ("file:///etc/passwd", "FETCH_NOT_HTTPS"),
        ("files.example/a", "FETCH_NOT_HTTPS"),
        ("https://files.example:8443/a", "FETCH_HOST_NOT_ALLOWED"),
        ("https://xn--ghq880n.example/a", "FETCH_HOST_NOT_ALLOWED"),
        ("https://files.example.evil.example/a", "FETCH_HOST_NOT_ALLOWED"),
        ("https://sub.files.example/a", "FETCH_HOST_NOT_ALLOWED"),
        ("https://files.example@evil.example/a", "FETCH_ADDRESS_INVALID"),
        ("https://user:secret@files.example/a", "FETCH_ADDRESS_INVALID"),
        ("https:///a", "FETCH_ADDRESS_INVALID"),
        ("https://下载.example:8443/a", None),
        ("https://[::1/a", "FETCH_ADDRESS_INVALID"),
        ("", "FETCH_NOT_HTTPS"),
    ],
)
def test_only_allowed_hosts_by_https(address: str, code: str | None) -> None:
    assert ALLOWED.refusal(address) == code


def test_without_hosts_nothing_is_fetched() -> None:
    assert Allowed.of(Settings(fetch_hosts=" , ")).refusal("https://files.example/a") == "FETCH_OFF"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.5.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::a00:1",
        "2002:a00:1::1", "198.18.0.1", "192.0.0.8", "::127.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b:1::7f00:1", "fec0::1",
    ],
)  # fmt: skip
def test_inside_addresses_are_not_connected_to(address: str) -> None:
    assert not ALLOWED.takes(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "114.114.114.114", "2400:3200::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_the_open_internet_is(address: str) -> None:
    assert ALLOWED.takes(address)


def test_a_test_fetches_from_this_machine_alone() -> None:
    allowed = Allowed(frozenset({"127.0.0.1:8000"}), loopback=True)
    assert allowed.refusal("http://127.0.0.1:8000/a") is None
    assert allowed.takes("127.0.0.1")
    assert not allowed.takes("8.8.8.8")
