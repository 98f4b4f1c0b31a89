"""The documents of the régie: invoices, receipts, journals."""
