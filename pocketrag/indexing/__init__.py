"""The path of a file: disk → documents → chunks → index."""
