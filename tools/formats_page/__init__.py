"""What `docs/formats.md` says: of each format, and of all of them."""
