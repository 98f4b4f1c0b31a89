"""Childcare (accueils de loisirs, périscolaire, cantine): a family books days, a team receives the children.

A child lives in one or two homes; each parent sees, books and pays for their own days. An activity has periods, groups
(by age, on a site) and units (half-day, day, meal…); what may be taken each day is held by the database.
Words: home = foyer, guardian = responsable, place = ce qui reste un jour dans un groupe, tick = pointage.
"""
