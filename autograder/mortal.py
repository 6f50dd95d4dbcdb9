"""Imported first by the process that workers are forked from: it ends with the command.

It would see that it is alone, but not while it is stopped.
"""

from autograder.sandbox.guest import walls

walls.end_with_parent()
