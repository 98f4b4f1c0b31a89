"""PES V2: titles sent to the trésorerie, collections read back. Nothing here reads the database."""
