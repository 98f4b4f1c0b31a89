"""WebDAV (RFC 4918) at `/dav/`: an office suite opens and saves documents in place, with the rights of its person.

The password is a key made on « Mes outils », never that of the account: a second factor is not got round.
"""
