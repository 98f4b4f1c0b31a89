"""The sign-book (parapheur): documents that go from desk to desk to be read, endorsed, signed and sealed.

Desks, not people, receive folders: whoever holds a desk on the day, or stands in for its holder by a dated delegation,
decides. Signatures are PAdES (ETSI EN 319 142-1); their level is said as it is (eIDAS, articles 3 and 26): what an
authority made by this installation signs is never « qualifié ».
"""
