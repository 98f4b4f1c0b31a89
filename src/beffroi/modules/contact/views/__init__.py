"""The form of everyone, the desk's form and its settings."""
