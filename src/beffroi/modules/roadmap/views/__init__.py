"""The pages of the roadmap: `public` for everyone, the others for the desk."""
