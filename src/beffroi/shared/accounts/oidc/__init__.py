"""FranceConnect (residents) and ProConnect (agents): OpenID Connect, as those two services speak it.

`servers` says which are configured, `client` speaks to them, `provider` joins them to the accounts, `views` holds the
pages. Both want a nonce and a long state, and answer userinfo as a signed JWT.
"""
