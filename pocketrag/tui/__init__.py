"""The terminal app: draws events, computes nothing."""
