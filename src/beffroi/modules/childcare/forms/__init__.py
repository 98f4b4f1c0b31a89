"""What families and agents fill in."""
