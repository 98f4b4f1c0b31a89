"""The screens of the assets."""
