"""Text a person types: plain, markup, source code."""
