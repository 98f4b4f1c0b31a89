"""Billing: what a service costs, what a family owes, what it has paid, and the proof of every cent.

An agent keeps the tariffs of a régie and tries them on real families; a module gives what was used; the régie issues
invoices that nobody can alter, is paid online or at its counter, closes its day, and hands its accounts over.
Words: regie = régie de recettes, run = facturation d'une période, posting = écriture, slip = bordereau.
Money is whole cents everywhere; a price that falls between two cents goes to the nearest, the half upwards.
"""
