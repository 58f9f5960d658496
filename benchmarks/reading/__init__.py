"""Proofs of the reading room as programs: real files, gold texts, places, and a fuzzer."""
