"""Signing in: password, code by e-mail, passkey, FranceConnect (residents), ProConnect (agents), second factor.

Agents and administrators must have a second factor. An organisation's administrator invites its agents and gives
them their roles.
"""
