"""SEDA 2.1, 2.2 and 2.3: the messages and packages by which French public archives exchange (NF Z44-022, MEDONA).

`formats` names each content by its PRONOM identifier, `gathering` reads files into units, `writing` makes the message,
`package` the ZIP, `reading` understands what the archives answer.
"""
