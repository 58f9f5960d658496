"""Refuses every socket beyond loopback, in any Python process that finds this first on its path."""

import sys

LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0")


def refuse(event: str, arguments: tuple[object, ...]) -> None:
    """Raise if an address to be reached or looked up is not this machine."""
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in {"socket.connect", "socket.sendto", "socket.bind"}:
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else ""  # a Unix socket's address is a path
    else:
        return
    if host and not str(host).startswith(LOOPBACK):
        raise PermissionError(f"the network is blocked here: {event} to {host!r}")


sys.addaudithook(refuse)
