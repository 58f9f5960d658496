"""Addresses of servers: which of them are this computer's own. Light to import."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit


def is_address(text: str) -> bool:
    """Return whether a text is the address of a server, and not a name or a path."""
    return text.startswith(("http://", "https://"))


def is_loopback(address: str) -> bool:
    """Return whether an address is this computer's own."""
    try:
        host = urlsplit(address).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def beyond_this_computer(address: str) -> str:
    """Return the address of a server elsewhere; empty for one of this computer's own, or for none."""
    return "" if not address or is_loopback(address) else address


def unencrypted_in_words(address: str) -> str:
    """Return that what goes to an address is not encrypted on the way; empty if it is."""
    return "" if address.startswith("https") else "It is not encrypted on the way."
