"""The course: one value, checked when made. See docs/instructors.md for every field."""

from autograder import Course

course = Course(
    "cnn-bootcamp",
    assignments=["01_convolution"],
    seed=2026,
)
