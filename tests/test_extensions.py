"""More time for single students: what the file says, and what is refused with its line."""

import os
from datetime import timedelta

import pytest

from autograder.core.errors import UserError
from autograder.extensions import duration, extensions, grant, told

HEAD = "assignment,student,extension,reason\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2d", timedelta(days=2)),
        ("12h", timedelta(hours=12)),
        ("1d 6h", timedelta(days=1, hours=6)),
        ("1d6h30m", timedelta(days=1, hours=6, minutes=30)),
        ("90 min", timedelta(minutes=90)),
        (" 0 ", timedelta()),
    ],
)
def test_times_as_people_write_them(text, expected):
    assert duration(text) == expected


@pytest.mark.parametrize("text", ["", "2", "-2d", "2w", "two days", "1h 1d", "99999d", "2d;3d"])
def test_what_is_no_time_is_refused(folder, text):
    with pytest.raises(UserError, match=r"is no extension\. Write such as: 2d, 12h"):
        grant(folder, "01_small", "ann", text, "")
    assert not folder.extensions.exists()


def test_the_last_line_of_a_student_counts(folder):
    grant(folder, "01_small", "ann", "2d", "ill, until Friday")
    grant(folder, "01_small", "bob", "12h", "")
    grant(folder, "02_other", "ann", "5d", "")
    grant(folder, "01_small", "ann", "0", "taken\nback")
    assert extensions(folder, "01_small") == {"ann": timedelta(), "bob": timedelta(hours=12)}
    text = folder.extensions.read_text()
    assert text.startswith(HEAD)
    assert '01_small,ann,2d,"ill, until Friday"\n' in text
    assert text.endswith("01_small,ann,0,taken back\n")


def test_a_file_from_a_spreadsheet_is_read_and_gets_another_line(folder):
    written = "\ufeff" + HEAD.replace(",", ";") + "01_small;ann;2d;ill\r\n;;;\r\n01_small;bob;1h;"
    folder.extensions.write_text(written, encoding="utf-8")
    grant(folder, "01_small", "eve", "3d", "one; two")
    assert extensions(folder, "01_small") == {
        "ann": timedelta(days=2), "bob": timedelta(hours=1), "eve": timedelta(days=3)
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            "01_small,ann,2d,\n",
            r"csv:1: the first line does not name the columns. Write",
        ),
        (
            HEAD + "01_small,ann,soon,\n",
            r"csv:2: 'soon' is no extension. Mend or remove",
        ),
        (HEAD + "\n01_small,ann\n", r"extensions.csv:3: has fewer than three columns"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(folder, text, complaint):
    folder.extensions.write_text(text)
    with pytest.raises(UserError, match=complaint):
        extensions(folder, "01_small")
    with pytest.raises(UserError, match=complaint):
        grant(folder, "01_small", "ann", "1d", "")
    assert folder.extensions.read_text() == text


def test_bytes_that_are_no_text_are_said(folder):
    folder.extensions.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UserError, match=r"cannot be read .* Save it as text in UTF-8"):
        extensions(folder, "01_small")


def test_the_command_says_what_it_means(assignment, folder, handed_in):
    handed_in("student05")
    lines = list(told(assignment, folder, "student50", "2d", ""))
    assert lines == [
        f"student50: 2d more for 01_small. Written: {folder.extensions}",
        "01_small has no due date in course_config.py: `due={…}`",
        "student50 has handed in nothing so far (did you mean student05?)",
        "Then: autograder grade 01_small",
    ]
    with pytest.raises(UserError, match="is no student id"):
        list(told(assignment, folder, "../x", "2d", ""))


def test_what_is_no_file_is_not_waited_for(folder):
    os.mkfifo(folder.extensions)
    with pytest.raises(UserError, match="is no file"):
        extensions(folder, "01_small")
