"""Reading what a file says: its own text where it has one, what is seen in its image otherwise."""
