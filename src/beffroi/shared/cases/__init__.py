"""Anything asked by someone and followed to its end: reference, state, team, deadline, messages.

A module's own request inherits from `Case` (multi-table inheritance): « mes demandes », the agents' basket, search,
deadlines, messages, attachments and filing for somebody else exist once, for all.
"""
