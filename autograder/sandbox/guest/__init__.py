"""What runs inside the sandbox: needs NumPy, msgpack and IPython, and nothing of this package.

The same files serve outside: the wire on the trusted side, `namespace` as the in-memory twin.
"""
