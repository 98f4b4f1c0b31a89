"""HTTP: addresses, opening hours, the directory of bodies."""
