"""The commands, by topic: thin. Each opens the library's engine, asks it, and prints."""
