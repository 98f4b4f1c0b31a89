"""SEPA direct debits: mandates' identifiers, and the file for the bank. Nothing here reads the database."""
