"""A person marks by hand in the real formgrader, in JupyterLab, in a browser."""

import re
import shutil
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Error, expect

from autograder.check import modules
from autograder.collect import collect
from autograder.config import load_assignment, load_course
from autograder.folder import CourseFolder
from autograder.gradebook import Gradebook
from autograder.lesson import weave
from autograder.lesson.build import built_text, solved_text
from autograder.lesson.release import release
from autograder.samples import write_class

ROOT = Path(__file__).parents[2]
NAME = "01_convolution"
COMMENT = "Well seen. Say more about the weights."
STUDENTS = {"student01": 16, "student05": 14}  # one is right, one forgets to flip the kernel


@pytest.fixture
def course(tmp_path):
    """A course folder in which two students handed in and nobody was graded."""
    course = load_course(ROOT)
    assignment, folder = load_assignment(course, NAME), CourseFolder(tmp_path / "course")
    folder.make(course)
    release(assignment, folder)
    handed_in = tmp_path / "handed_in"
    write_class(assignment, handed_in)
    for student in handed_in.iterdir():
        if student.name not in STUDENTS:
            shutil.rmtree(student)
    assert [item.collected for item in collect(assignment, handed_in, folder)] == [True, True]
    return folder


@pytest.fixture
def lab(course, served, page):
    """JupyterLab as `autograder formgrader` starts it, with the browser in front of it."""
    command = [sys.executable, "-m", "autograder", "formgrader", "--no-browser", "--course"]
    address = served([*command, course.root], ROOT)
    reached(page, address)
    expect(page.locator("h1", has_text="Manage Assignments")).to_be_visible()
    page.goto(address.replace("/formgrader?", "/lab?"))
    return page


def reached(page, address):
    """Open a page of a server that is about to start listening."""
    while True:
        try:
            return page.goto(address)
        except Error as error:
            if "ERR_CONNECTION_REFUSED" not in str(error):
                raise
            page.wait_for_timeout(200)


def formgrader(page):
    """Formgrader as it is opened from JupyterLab's menu."""
    page.get_by_role("menuitem", name="Nbgrader").click()
    page.get_by_role("menuitem", name="Formgrader", exact=True).click()
    return page.frame_locator("iframe[src*=formgrader]")


def score(folder, student, question):
    """What the gradebook holds on one student's question."""
    with Gradebook(folder) as book:
        (found,) = [each for each in book.scores(NAME) if
                    (each.student, each.question) == (student, question)]  # fmt: skip
    return found


def autograde(form, student):
    """Press formgrader's button and wait for what it says."""
    form.locator("tr", has_text=student).locator(".autograde a").click()
    said = form.locator("#success-modal")
    expect(said).to_contain_text(f"Successfully autograded '{NAME}' for student '{student}'")
    expect(said).to_contain_text(f"autograder grade: {student}: {STUDENTS[student]}/16")
    said.get_by_role("button", name="Close").click()
    expect(said).to_be_hidden()


@pytest.mark.heavy
def test_a_person_marks_a_written_answer(course, lab, picture):
    form = formgrader(lab)
    form.get_by_role("link", name=NAME).wait_for()
    form.locator("td a", has_text="2").click()
    for student, points in STUDENTS.items():
        autograde(form, student)
        shown = form.locator("tr", has_text=student).locator(".score")
        expect(shown).to_have_text(f"{points} / 20")
    shown.scroll_into_view_if_needed()
    picture("formgrader-submissions")

    form.get_by_role("link", name="Manual Grading").click()
    form.get_by_role("link", name=NAME).click()
    form.get_by_role("link", name="convolution", exact=True).click()
    form.locator("tr", has_text="student01").locator("a.name-hidden").click()
    expect(form.locator("pre", has_text="convolve1d: 3 of 3 points")).to_be_visible()
    expect(form.get_by_text("says what a simple cell answers to")).to_be_visible()
    form.locator("input#simple_cells").fill("1.5")
    comment = form.locator("textarea#simple_cells-comment")
    comment.fill(COMMENT)
    with lab.expect_response(lambda response: "/formgrader/api/comment/" in response.url):
        comment.blur()
    comment.scroll_into_view_if_needed()
    picture("formgrader-answer")

    form.get_by_role("link", name="Manual Grading").click()
    form.get_by_role("link", name="Manage Assignments").click()
    form.locator("td a", has_text="2").click()
    autograde(form, "student01")  # which takes nothing away from what was given by hand
    given = score(course, "student01", "simple_cells")
    assert (given.manual, given.earned, given.needs_review) == (1.5, 1.5, False)
    form.locator("tr", has_text="student01").locator(".generate-feedback a").click()
    expect(form.locator("#success-modal")).to_contain_text("Successfully generated feedback")
    page = course.feedback_page("student01", NAME, "convolution").read_text(encoding="utf-8")
    assert "(Score: 17.5 / 20.0)" in page
    assert COMMENT in page


@pytest.mark.heavy
def test_the_button_of_students_agrees_with_the_visible_checks(course, lab):
    assignment = load_assignment(load_course(ROOT), NAME)
    mistake = next(each for each in modules.mistakes(assignment) if each.question == "convolve1d")
    woven = {"convolve1d": weave.renamed(mistake.function, "convolve1d")}
    for name, text, dialog, said in [
        ("solved", solved_text(assignment), "Success", "Your notebook passes all the tests."),
        ("stub", built_text(assignment), "Error", "NotImplementedError"),
        ("wrong", solved_text(assignment, woven), "Error", "The following cell failed:"),
    ]:
        (course.root / f"{name}.ipynb").write_text(text, encoding="utf-8")
        alone = f"/lab/workspaces/{name}/tree/{name}.ipynb"  # no other notebook's button beside it
        lab.goto(re.sub(r"/lab.*", alone, lab.url))
        lab.locator(".validate-button:visible").click()
        shown = lab.locator(f".nbgrader-{dialog}Dialog")
        expect(shown).to_contain_text(said)
        shown.get_by_role("button", name="Ok").click()
