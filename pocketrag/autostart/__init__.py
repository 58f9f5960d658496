"""Start at login: a library's watch, handed to the system's own service manager and taken back."""
