"""The path of a question: words → passages → evidence → cited answer."""
