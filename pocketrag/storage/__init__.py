"""Storage: the catalog (SQLite) decides, Chroma holds vectors by content."""
