"""The engine: the only wiring, and the door that front ends come in by."""
