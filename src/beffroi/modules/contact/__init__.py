"""« Nous contacter »: a question becomes a case at the right service, and gets an answer that can be followed."""
