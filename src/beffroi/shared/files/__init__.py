"""Files: kept once by their content (SHA-256), typed by their content, seen through permission only.

A *blob* is the content; a *stored file* is its use by an object (a photo of a report, an attachment of a message).
"""
