"""The pages of accounts: one's own space, signing in and out, invitations, the organisation's administration."""
