"""HTTP: the public pages, the steps of filing, the desk, the settings."""
