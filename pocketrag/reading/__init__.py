"""Reading: a file on disk becomes a `Document`. One library per module."""
