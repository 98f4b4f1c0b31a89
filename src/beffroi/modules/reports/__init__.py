"""Signalements: a resident shows a problem in the public space; the competent body repairs it and says so.

*Report* is the signalement; *category* says what it is about and, with the place, who is competent.
"""
