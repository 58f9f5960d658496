"""What a file is, told from its content and its name."""
