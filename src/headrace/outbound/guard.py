"""Which addresses may be called.

A URL typed by one person must not make the server call its own neighbours on that person's behalf. A check of the name
is not enough: a name may resolve to anything, and to something else a moment later. So the guard stands where the
socket is made and sees the very address that is about to be connected to.
"""

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

Address = IPv4Address | IPv6Address
AddressInformation = tuple[int, int, int, str, Any]

# Cloud providers answer with the machine's credentials here, and not all of these are link-local.
METADATA_ADDRESSES: frozenset[Address] = frozenset(
    ip_address(address)
    for address in (
        "169.254.169.254",  # AWS, Azure, Google Cloud, DigitalOcean, …
        "169.254.170.2",  # AWS containers
        "fd00:ec2::254",  # AWS over IPv6
        "fd20:ce::254",  # Google Cloud over IPv6
        "100.100.100.200",  # Alibaba Cloud
        "168.63.129.16",  # Azure's host
        "192.0.0.192",  # Oracle Cloud
    )
)

_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
_COMPATIBLE = IPv6Network("::/96")


class RefusedAddress(OSError):
    """Raised where a socket would be made. Its text is always the same, so that several refusals count as one."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__("this address may not be called")
        self.address = address
        self.reason = reason


@dataclass(frozen=True)
class Guard:
    """Decides per address. `private_networks` lets through loopback, private and shared ranges; nothing else does."""

    private_networks: bool

    def refusal(self, address: str) -> str | None:
        """Says why an IP address may not be called, or None when it may."""
        try:
            parsed = ip_address(address.partition("%")[0])
        except ValueError:
            return f"{address} is not an IP address"
        for candidate in (parsed, *_embedded(parsed)):
            if reason := self._reason(candidate):
                return reason
        return None

    def open_socket(self, target: AddressInformation) -> socket.socket:
        """Makes the socket for one resolved address, or raises RefusedAddress. Used as aiohttp's `socket_factory`."""
        family, kind, protocol, _, sockaddr = target
        address = str(sockaddr[0])
        if reason := self.refusal(address):
            raise RefusedAddress(address, reason)
        return socket.socket(family=family, type=kind, proto=protocol)

    def _reason(self, address: Address) -> str | None:
        if address in METADATA_ADDRESSES:
            return f"{address} is a metadata service of a cloud provider. It is never called"
        if address.is_link_local:
            return f"{address} is a link-local address. Those are never called"
        if address.is_unspecified or address == ip_address("255.255.255.255") or address.is_multicast:
            return f"{address} is not the address of one machine. For this machine use 127.0.0.1"
        if not self.private_networks and not address.is_global:
            return (
                f"{address} belongs to this machine or to a private network, and calls to those are switched off. "
                "Use a public address, or allow private networks"
            )
        return None


def _embedded(address: Address) -> tuple[IPv4Address, ...]:
    """The IPv4 address that an IPv6 address leads to by translation or tunnel."""
    if isinstance(address, IPv4Address):
        return ()
    if address.ipv4_mapped is not None:
        return (address.ipv4_mapped,)
    if address.sixtofour is not None:
        return (address.sixtofour,)
    if address.teredo is not None:
        return address.teredo
    is_plain = address.is_unspecified or address.is_loopback
    if any(address in network for network in _NAT64) or (address in _COMPATIBLE and not is_plain):
        return (IPv4Address(int(address) & 0xFFFFFFFF),)
    return ()
