"""What comes by itself: mailboxes and scan folders."""
