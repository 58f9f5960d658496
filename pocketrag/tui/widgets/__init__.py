"""The app's widgets: they draw what they are given, and compute nothing."""
