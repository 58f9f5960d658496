"""PDF files: pages, lines, layout, tables."""
