"""HTML, alone or packed: pages, web archives, e-books."""
