"""Residents and those who help them: person, household, contact points that were verified, mandates.

A *person* may have an account or none (an elderly resident without e-mail). A *mandate* lets an adviser, a town-hall
secretary or a relative act for somebody else: recorded, limited in time, revocable; the person is told.
"""
