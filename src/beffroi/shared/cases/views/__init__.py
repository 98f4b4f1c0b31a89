"""The pages of the cases: by a secret link, in « mon espace », at the desk."""
