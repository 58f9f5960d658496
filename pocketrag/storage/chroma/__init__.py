"""Vectors kept by Chroma: in the library's folder, or on a server. The only place that imports chromadb."""
