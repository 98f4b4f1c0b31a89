"""Reports filed on the Open311 server of the body that is competent, and what it says of them."""
