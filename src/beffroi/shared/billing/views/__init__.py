"""The pages of the payer and of the régie."""
