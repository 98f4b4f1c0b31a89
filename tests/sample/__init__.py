"""A module as small as may be, that adds one of everything to the platform: what the kernel's tests stand on."""
