"""Feedback and class page: what they say, what they never let through, whether one can read it."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from autograder.core.assignment import Assignment, Question
from autograder.core.outcome import Outcome
from autograder.core.result import CellRun, Check, QuestionResult, Result
from autograder.feedback import page, write
from autograder.markup import NAME_LIMIT, TEXT_LIMIT
from autograder.overview import histogram, overview

ROOT = Path(__file__).parents[1]
HIDDEN = (
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u2028\x00\x08\x1b\x7f\x9b\ud800"
)
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style><style>*{display:none}",
    "</title></pre></main><iframe src=//evil>",
    "{{ 7 * 7 }}{% raw %}",
    "`<b>code</b>`",
    "invoice" + HIDDEN + "gpj.exe",
    "A" * 100_000,
    "line\n" * 50_000,
]
VOID = {"meta", "link"}
ALLOWED = VOID | {
    *("html", "head", "title", "style", "body", "main", "header", "footer", "section", "nav"),
    *("h1", "h2", "p", "span", "b", "i", "bdi", "code", "pre", "ul", "ol", "li", "a", "div"),
    *("details", "summary", "strong", "small", "dl", "dt", "dd"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}


class Reader(HTMLParser):
    """Reads a page as a browser would: tags, attributes, text; refuses what is not closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())


@pytest.fixture
def assignment(tmp_path):
    questions = (Question("convolve", 3), Question("edges", 2), Question("essay", 2, written=True))
    return Assignment("01", "Folding & unfolding", "fold", tmp_path, tmp_path, "fold", questions)


def check(outcome, title="It is right.", question="convolve", possible=1.0, **more):
    return Check("test_it", question, title, outcome, possible, **more)


def result_of(*questions, **more):
    return Result("01", "fold.ipynb", questions, more.pop("sandbox", "full"), **more)


PASSED = QuestionResult("convolve", 1, (check(Outcome.PASSED),))
WRITTEN = QuestionResult("essay", 2, written=True)
FLIPPED = QuestionResult(
    "convolve",
    3,
    (
        check(Outcome.PASSED, "The size is right."),
        check(
            Outcome.FAILED,
            "`w` is reversed.",
            possible=2.0,
            message="Most values are not.",
            hint="Which way does w run?",
            mistake="forgets_to_flip",
        ),
    ),
)


def everywhere(text):
    """A result that holds `text` wherever a submission or an author could have put it."""
    error = {"output_type": "error", "ename": text, "evalue": text, "traceback": [text, text]}
    bad = check(Outcome.FAILED, text, message=text, hint=text + "!", mistake=text)
    other = replace(bad, hint=text + "?")
    run = CellRun(text, Outcome.RAISED, (error,))
    questions = QuestionResult("convolve", 3, (bad, other)), QuestionResult(text, 2, written=True)
    return replace(result_of(*questions, problems=(text,), cells=(run,)), notebook=text)


def both_pages(assignment, text):
    hostile = replace(
        assignment, title=text, questions=(Question(text, 1), Question("convolve", 3))
    )
    result = everywhere(text)
    return page(hostile, text, result), overview(hostile, {text: result, text + "2": result})


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:20]))
def test_hostile_text_stays_text(assignment, text):
    for html in both_pages(assignment, text):
        reader = Reader(html)
        assert {tag for tag, _ in reader.tags} <= ALLOWED
        for _, attributes in reader.tags:
            assert not any(name.startswith("on") or name == "src" for name in attributes)
            assert attributes.get("href", "#").startswith(("#", "data:,"))
        assert not set(html) & set(HIDDEN)
        html.encode("utf-8")


@pytest.mark.parametrize("text", HOSTILE[:2])
def test_hostile_text_is_shown(assignment, text):
    for html in both_pages(assignment, text):
        assert text in Reader(html).text


def test_long_text_is_cut(assignment):
    html = page(assignment, "A" * 100_000, everywhere("A" * 100_000))
    assert len(html) < 40 * TEXT_LIMIT
    assert "A" * NAME_LIMIT not in html.partition("</title>")[0]


@pytest.mark.parametrize("questions", [(), (PASSED,), (WRITTEN,), (PASSED, FLIPPED, WRITTEN)])
def test_pages_are_closed_in_themselves(assignment, questions):
    result = result_of(*questions)
    for html in (
        page(assignment, "student01", result),
        overview(assignment, {"student01": result}),
    ):
        assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in html
        assert not re.search(r"http(s)?:|<script|@import|url\(|//", html)
        assert '<html lang="en">' in html


def test_a_page_says_what_was_earned(assignment):
    text = Reader(page(assignment, "student01", result_of(FLIPPED, WRITTEN))).text
    assert "Folding & unfolding" in text
    assert "Feedback for student01" in text
    assert "1 of 3 points so far" in text
    assert "2 waiting for your instructor" in text
    assert "1 of 2 checks passed" in text
    assert "A good next step: convolve, where 1 of 2 checks is left." in text


def test_a_failed_check_says_what_was_seen_and_what_to_think_about(assignment):
    html = page(assignment, "student01", result_of(FLIPPED))
    text = Reader(html).text
    assert "✓ passed: The size is right." in text
    assert "✗ not right yet: w is reversed. 0 of 2 points Most values are not." in text
    assert "<code>w</code> is reversed." in html
    assert "forgets to flip" in text
    assert text.count("Something to think about Which way does w run?") == 1


def test_a_mistake_comes_with_its_sentence(assignment):
    known = replace(assignment, reference_folder=ROOT / "reference", reference="convolution")
    question = replace(FLIPPED, checks=(replace(FLIPPED.checks[1], mistake="flips_the_kernel"),))
    assert "rotated by 180°" in page(known, "student01", result_of(question))
    assert "rotated by 180°" in overview(known, {"student01": result_of(question)})


def test_a_mistake_that_shows_in_two_questions_is_counted_once_where_it_shows_first(assignment):
    known = replace(assignment, reference_folder=ROOT / "reference", reference="convolution")
    first = replace(FLIPPED, checks=(replace(FLIPPED.checks[1], mistake="flips_the_kernel"),))
    second = replace(first, id="summary")
    result = replace(result_of(first), questions=(first, second))
    html = overview(known, {"student01": result, "student02": result})
    assert html.count("rotated by 180°") == 1
    assert "in convolve</span>" in html


def test_a_stub_is_told_once(assignment):
    checks = (check(Outcome.SKIPPED, message="Not implemented yet.", hint="Think."),) * 3
    text = Reader(
        page(assignment, "student01", result_of(QuestionResult("convolve", 3, checks)))
    ).text
    assert text.count("Not implemented yet.") == 1
    assert text.count("Think.") == 1
    assert "not done yet" in text
    assert "A good place to begin: convolve." in text


def test_what_we_broke_costs_nothing(assignment):
    broken = QuestionResult(
        "edges", 2, (check(Outcome.BROKEN, hint="Try 1."), check(Outcome.PASSED))
    )
    text = Reader(page(assignment, "student01", result_of(PASSED, broken))).text
    assert "will be looked at by your instructor and costs you nothing" in text
    assert "1 of 1 point so far" in text
    assert "Try 1." not in text


def test_all_right_is_said(assignment):
    text = Reader(page(assignment, "student01", result_of(PASSED))).text
    assert "Well done" in text
    assert "so far" not in text.partition("Everything")[0]


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_words(assignment, outcome):
    result = result_of(
        QuestionResult("convolve", 1, (check(outcome),)), cells=(CellRun("f()", outcome),)
    )
    assert str(outcome) not in Reader(page(assignment, "student01", result)).text


def test_the_weak_sandbox_is_stamped(assignment):
    stamp = "weak sandbox"
    assert stamp not in page(assignment, "student01", result_of(PASSED))
    assert stamp in page(assignment, "student01", result_of(PASSED, sandbox="weak"))
    assert stamp in overview(assignment, {"student01": result_of(PASSED, sandbox="weak")})


def test_cells_with_an_error_are_shown(assignment):
    def error(name):
        return {"output_type": "error", "ename": name, "evalue": "x", "traceback": []}

    cells = (
        CellRun("fine()", Outcome.PASSED),
        CellRun("stub()", Outcome.RAISED, (error("NotImplementedError"),)),
        CellRun("wrong()\n" + "more()\n" * 20, Outcome.RAISED, (error("NameError"),)),
    )
    text = Reader(page(assignment, "student01", result_of(PASSED, cells=cells))).text
    assert "This cell stopped with an error: wrong() more()" in text
    assert "NameError: x" in text
    assert text.count("more()") < 10
    assert "fine()" not in text
    assert "stub()" not in text


def test_printed_output_is_not_shown(assignment):
    printed = {"output_type": "stream", "name": "stdout", "text": "secret"}
    cells = (CellRun("print(x)", Outcome.PASSED, (printed,)),)
    assert "secret" not in page(assignment, "student01", result_of(PASSED, cells=cells))


def test_problems_are_boxed(assignment):
    html = page(assignment, "student01", result_of(PASSED, problems=("Two cells are missing.",)))
    assert "About your notebook" in html
    assert "Two cells are missing." in html


def test_writing_is_whole_and_repeatable(assignment, tmp_path):
    file = tmp_path / "feedback" / "student01" / "fold.html"
    write(assignment, "student01", result_of(FLIPPED, seconds=1.0), file)
    first = file.read_bytes()
    write(assignment, "student01", result_of(FLIPPED, seconds=2.0), file)
    assert file.read_bytes() == first
    assert [entry.name for entry in file.parent.iterdir()] == ["fold.html"]


def test_a_failed_write_leaves_the_old_page(assignment, tmp_path, monkeypatch):
    file = tmp_path / "fold.html"
    file.write_text("old")

    def full(source, target):
        raise OSError("no space left")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="no space"):
        write(assignment, "student01", result_of(FLIPPED), file)
    assert [(entry.name, entry.read_text()) for entry in tmp_path.iterdir()] == [
        ("fold.html", "old")
    ]


def test_the_class_page_counts(assignment):
    results = {
        "student02": result_of(FLIPPED, WRITTEN),
        "student01": result_of(replace(FLIPPED, checks=(check(Outcome.PASSED, possible=3.0),))),
        "student03": result_of(FLIPPED, WRITTEN),
    }
    text = Reader(overview(assignment, results)).text
    assert "handed in3" in text
    assert "forgets to flip in convolve 2" in text
    assert "1 to 1.25 points: 2 students" in text
    assert "56 % · 1 solved" in text
    assert text.index("student01") < text.index("student02") < text.index("student03")


def test_an_empty_class_has_a_page(assignment):
    assert "Nobody has handed in yet." in overview(assignment, {})


@pytest.mark.parametrize("possible", [0, 0.25, 3, 16, 16.5, 100, 12_345])
def test_every_sum_has_its_bin(possible):
    bins = histogram([0, possible / 3, possible, possible + 1], possible)
    assert sum(entry.count for entry in bins) == 4
    assert bins[-1].end >= possible
    assert len(bins) <= 21


STYLE = (ROOT / "autograder" / "sheet.html.j2").read_text()
PAIRS = [
    ("ink", "paper"), ("ink", "card"), ("ink", "code"), ("ink", "todo-soft"), ("ink", "think-soft"),
    ("quiet", "paper"), ("quiet", "card"), ("good", "card"), ("todo", "card"), ("todo", "paper"),
    ("think", "think-soft"),
]  # fmt: skip


@pytest.mark.parametrize(("front", "back"), PAIRS)
@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_has_contrast(scheme, front, back):
    colours = dict(
        re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", (STYLE.split("@media screen")[scheme]))
    )
    light, dark = sorted((luminance(colours[front]), luminance(colours[back])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def luminance(colour):
    """Relative luminance as WCAG 2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_what_was_repaired_is_told_before_problems_and_to_the_class_page(assignment):
    told = 'Your code <b>stood</b> in a cell of "text".'
    result = replace(result_of(PASSED, problems=("A cell stopped.",)), repairs=(told,))
    html = page(assignment, "student01", result)
    said = "Your code &lt;b&gt;stood&lt;/b&gt; in a cell of &#34;text&#34;."
    assert html.index(said) < html.index("A cell stopped.")
    assert "None of what was put right has cost you points." in html
    sheet = overview(assignment, {"student01": result, "student02": result_of(PASSED)})
    assert sheet.count(">repaired</span>") == 1
    assert f'title="{said}"' in sheet
