"""The Chroma server's address: whose it is, and whether vectors may go there. Light to import."""

from __future__ import annotations

from pocketrag.addresses import beyond_this_computer
from pocketrag.errors import VectorServerError
from pocketrag.settings import StorageSettings


def leaves_computer(settings: StorageSettings) -> str:
    """Return the address that vectors go to, beyond this computer; empty if to none."""
    return beyond_this_computer(settings.url)


def refuse_unconfirmed(settings: StorageSettings) -> None:
    """Return if the server may be spoken to. Raises VectorServerError for one that was not confirmed."""
    address = leaves_computer(settings)
    if address and settings.confirmed_address != address:
        raise VectorServerError(
            f"The Chroma server {address} is not on this computer, and was not confirmed: vectors of your"
            " passages and questions would go there.",
            f"`pocketrag storage move {address}` asks and confirms it.",
        )
