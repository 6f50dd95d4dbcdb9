"""Where student code runs: backends that start a guest process, and sessions that talk to it."""
