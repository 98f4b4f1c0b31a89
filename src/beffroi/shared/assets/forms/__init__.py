"""What people fill in about assets."""
