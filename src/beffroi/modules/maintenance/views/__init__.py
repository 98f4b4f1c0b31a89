"""The screens of the desk and of the field."""
