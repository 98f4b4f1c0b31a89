"""The kernel's own screens, built from what the manifests declare."""
