"""The grammar of Beffroi: modules, journal, workflow, access, notices, search… It knows no domain.

A module says in its manifest what it adds; its actions write and record a line in the journal; from that line follow
the reactions of other modules (in the same transaction), the search index and the messages to people.
"""
