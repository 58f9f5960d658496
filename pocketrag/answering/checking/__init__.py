"""Checking: whether a quote supports a sentence, by what it counts, names, denies and means."""
