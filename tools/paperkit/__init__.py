"""Modules behind ``tools/make_sample_docs.py``.

``papers/`` holds the wording of each paper in a small markup, ``markup``
reads it, and one module per format draws it.
"""
