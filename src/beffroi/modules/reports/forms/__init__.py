"""What residents and agents fill in."""
