"""The documents of the house (GED): spaces, folders, documents and their versions, kept as long as the law says.

A *space* belongs to a body or to one of its teams. Its *folders* follow the classification plan (*activities* →
*series*): from the series come how long a document is useful (DUA), when the count begins, and its final fate. Whoever
may read a place is said by the nearest *fence* around it. Nothing under a *hold* can be thrown away.
"""
