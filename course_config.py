"""The course: one value, checked when made. See docs/instructors.md for every field."""

from autograder import Course

course = Course(
    "cnn-bootcamp",
    assignments=[
        "01_convolution",
        "02_conv_layer",
        "03_pooling",
        "04_parameters",
        "05_lenet",
        "06_mnist",
    ],
    seed=2026,
)
