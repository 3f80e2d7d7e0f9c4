"""The guard decides by the address itself, in all its disguises."""

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.outbound.guard import Guard, RefusedAddress

NEVER = [
    "169.254.169.254",
    "169.254.0.1",
    "fe80::1",
    "fe80::1%eth0",
    "fd00:ec2::254",
    "100.100.100.200",
    "168.63.129.16",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "2002:a9fe:a9fe::1",
    "::169.254.169.254",
    "0.0.0.0",
    "::",
    "255.255.255.255",
    "224.0.0.1",
    "ff02::1",
    "localhost",
    "",
]
PRIVATE = [
    "127.0.0.1",
    "127.8.9.10",
    "::1",
    "10.0.0.1",
    "172.16.3.4",
    "192.168.1.1",
    "100.64.0.1",
    "fd12:3456::1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "198.51.100.7",
]
PUBLIC = ["1.1.1.1", "93.184.215.14", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]


@pytest.mark.parametrize("address", NEVER)
@pytest.mark.parametrize("private_networks", [True, False])
def test_some_addresses_are_never_called(address: str, private_networks: bool) -> None:
    assert Guard(private_networks).refusal(address)


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_need_permission(address: str) -> None:
    assert Guard(private_networks=True).refusal(address) is None
    refusal = Guard(private_networks=False).refusal(address)
    assert refusal is not None
    assert "private network" in refusal


@pytest.mark.parametrize("address", PUBLIC)
@pytest.mark.parametrize("private_networks", [True, False])
def test_public_addresses_are_called(address: str, private_networks: bool) -> None:
    assert Guard(private_networks).refusal(address) is None


@given(st.ip_addresses())
def test_permission_never_forbids_what_is_allowed_without(address: object) -> None:
    if Guard(private_networks=False).refusal(str(address)) is None:
        assert Guard(private_networks=True).refusal(str(address)) is None


def test_no_socket_is_made_for_a_refused_address() -> None:
    target = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("169.254.169.254", 80))
    with pytest.raises(RefusedAddress) as caught:
        Guard(private_networks=True).open_socket(target)
    assert "metadata" in caught.value.reason
