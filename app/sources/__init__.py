"""Live sources: what they answer is fetched page by page to files, which loaders then read.

``http`` asks politely and within bounds, ``walks`` know how a source's pages follow each other,
``harvest`` keeps the pages in ``DATA/sources`` and goes on where it stopped.
"""
