"""HTTP: residents and mandates at the desk; information, homes, mandates and data of one's own account."""
