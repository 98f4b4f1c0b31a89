"""The archives of a body: what may be destroyed, what leaves for the departmental archives, what stays on a shelf.

An archivist prepares a list of elimination from the files whose useful life is over; the authority signs it in the
sign-book, the departmental archives visa it, and only then is anything destroyed, line by line, with a certificate kept
for ever. What the plan keeps leaves in SEDA packages, whose replies are read. Boxes of paper follow the same rules.

Words: *elimination* (bordereau d’élimination) and its *lines*, *visa*, *certificate* (attestation), *sorting* (tri),
*transfer* (versement), *message* (accusé, réponse), *handover* (restitution ou communication), *box*, *shelf*, *loan*
(boîte, emplacement, prêt), *ledger* (journal des archives), *head* (tête horodatée), *piece* (pièce scellée).
"""
