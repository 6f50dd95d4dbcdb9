"""A course is checked when it is made."""

import pytest

from autograder.core.course import Course


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"name": ""}, "name '' must be letters"),
        ({"name": "two words"}, "name 'two words' must be letters"),
        ({"name": "../up"}, "name '../up' must be letters"),
        ({"name": "line\n"}, r"name 'line\\n' must be letters"),
        ({"name": 7}, "name 7 must be letters"),
        ({"assignments": []}, "assignments must be a list of folder names"),
        ({"assignments": None}, "assignments must be a list of folder names"),
        ({"assignments": "01_a"}, "assignments must be a list of folder names"),
        ({"assignments": ["01_a", "a/b"]}, "assignment 'a/b' must be letters"),
        ({"assignments": [1]}, "assignment 1 must be letters"),
        ({"assignments": ["01_a", "02_b", "01_a"]}, "names one folder twice"),
        ({"seed": -1}, "seed is -1; use a whole number of 0 or more"),
        ({"seed": 1.5}, "seed is 1.5; use a whole number"),
        ({"seed": True}, "seed is True; use a whole number"),
        (
            {"database": "mysql://here"},
            "'mysql://here' is no address such as postgresql",
        ),
        ({"database": None}, "database None is no address"),
        ({"workers": "two"}, "workers is 'two'; use a whole number"),
    ],
)
def test_a_wrong_course_is_refused_with_a_sentence(given, complaint):
    with pytest.raises(ValueError, match=complaint):
        Course(**{"name": "cnn", "assignments": ["01_a"]} | given)


@pytest.mark.parametrize("assignments", [["01_a", "attention-2"], ("01_a",)])
def test_a_right_course_keeps_what_it_was_given(assignments):
    course = Course("CNN_2026-winter", assignments, seed=2026, workers=3)
    assert (course.name, course.assignments) == ("CNN_2026-winter", assignments)
    assert (course.seed, course.workers) == (2026, 3)
