"""The mail of a body: what arrives, who answers, by when, and what leaves.

A clerk registers a letter: it gets the next number of its register for the year (the database gives it, without a gap).
Rules send it to a service; an agent of that service writes the answer, which goes through the sign-book, leaves by
e-mail, post or registered post, and the letter is closed. Each body has its own registers, closed to the others.

Words: *register* (registre), *letter* (courrier, whatever its direction), *correspondent* (correspondant), *opinion*
(avis), *receipt* (accusé de réception), *dispatch* (envoi), *deposit* (bordereau de dépôt), *batch* (lot numérisé).
"""
