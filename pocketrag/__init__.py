"""PocketRAG: ask your own files, offline, with receipts."""

__version__ = "0.1.0"
