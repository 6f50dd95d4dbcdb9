"""Existing nbgrader courses, with tests in the notebooks' cells, graded inside the sandbox."""
