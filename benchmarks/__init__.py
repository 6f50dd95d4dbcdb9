"""How fast the platform is, each time beside something else in the same run: `make bench`."""
