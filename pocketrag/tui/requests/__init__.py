"""What the screens ask of the engine, subject by subject; each request tells its outcome as a message."""
