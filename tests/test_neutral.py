"""Students' Markdown, rendered as nbgrader renders it, holds nothing that a browser would run."""

import time
from html.parser import HTMLParser

import pytest

from autograder.neutral import CUT, PICTURE, SHOWN, harmless

HARMLESS_TAGS = {
    *(
        "a",
        "blockquote",
        "br",
        "code",
        "div",
        "em",
        "h1",
        "hr",
        "input",
        "li",
        "ol",
        "p",
        "pre",
    ),
    *("span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<!--\n<script>",
    "<?php x ?>",
    "`<img src=x onerror=1>`",
    "\\`<img src=x onerror=1>\\`",
    "```\n<script>1</script>\n```",
    "```mermaid\ngraph <script>1</script>\n```",
    "~~~ mermaid\n<img src=x onerror=1>\n~~~",
    "````mermaid\n<img src=x onerror=1>\n````",
    "> ```mermaid\n> <img src=x onerror=1>\n> ```",
    "```\x1fmermaid\n<img src=x onerror=1>\n```",
    '``` "><img src=x onerror=1>\nx\n```',
    "# h <img src=x onerror=1>",
    "| <svg onload=1> | c |\n|---|---|\n| <svg onload=1> | 2 |",
    "$$<script>1</script>$$",
    "$<script>1</script>$",
    "\\begin{a}<script>1</script>\\end{a}",
    "\\\\[<script>1</script>\\\\]",
    "a $ b <script>1</script> c $ d",
    "[x](javascript:alert(1))",
    "[x](JaVaScript&#58;alert(1))",
    "[x](JaVaScript&amp;#58;alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](&#106avascript:alert(1))",
    "[x](&#x6A;avascript&colon;alert(1))",
    "[x](javascript\\:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](<\tjava\tscript:alert(1)>)",
    "[x](java\tscript:alert(1))",
    "[x]\n\n[x]: javascript:alert(1)",
    "[x](vbscript:msgbox(1))",
    "<javascript:alert(1)>",
    "![x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](attachment:missing.png)",
    "![x][y]\n\n[y]: attachment:missing.png",
    "![x](attachment\\:missing.png)",
    "![x](/logout)",
    "![x][y]\n\n[y]: https://example.org/seen.png",
    "![y]\n\n[y]: /logout",
    "[![x](/logout)](https://example.org)",
    "$a$![x](/logout)$b$",
    "$a![x](/logout)b$",
    "`a`![x](/logout)",
    "\\\\![x](/logout)",
    "!\ufeff[x](/logout)",
    "&#33;[x](/logout)",
    '[a](http://x"onmouseover="alert(1))',
    '![" onerror="alert(1)](x)',
    '[x](http://a "t\\" onclick=\\"alert(1)")',
    "[x](http://a 'a\" onclick=\"1')",
]
HARMLESS = {
    "a < b, x <- 1 and 3 > 2": "a < b, x <- 1 and 3 > 2",
    "if a<b then *so*": "if a<b then so",
    "`List<int>` and $a<b$": "List<int> and $a< b$",
    "the data: five, &lt; six &amp; seven": "the data: five, < six &amp; seven",
    "[book](https://example.org/?p=1&q=2)": "book",
    "![my plot](https://example.org/plot.png)": "!my plot",
    "Look![1] And `vec![0]`": "Look![1] And vec![0]",
}


def rendered(text):
    """The HTML that nbgrader's pages would hold."""
    from nbconvert.filters.markdown_mistune import markdown2html_mistune

    return markdown2html_mistune(harmless(text))


class Reader(HTMLParser):
    """Collects tags, attributes and text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks_become_text(attack):
    for tag, attributes in Reader(rendered(attack)).tags:
        assert tag in HARMLESS_TAGS
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("href", "src"):
            address = "".join((attributes.get(name) or "").split()).lower()
            assert not address.startswith(("javascript:", "vbscript:", "data:", "file:"))


@pytest.mark.parametrize(
    "macro",
    ["href{javascript:alert(1)}{x}", "style{position:fixed}{x}", "bbox[position:fixed]{x}",
     'mmlToken{mi}[style="position:fixed"]{x}', "raise 40em {7}", "lower 40em {7}",
     "rule{90em}{90em}", "Rule{90em}{90em}{0em}", "moveleft 40em {7}"],
)  # fmt: skip
def test_macros_that_reach_the_page_are_parted(macro):
    assert "\\" + macro.partition("{")[0] not in rendered(f"$\\{macro}$")


@pytest.mark.parametrize("text", HARMLESS)
def test_honest_text_reads_the_same(text):
    assert Reader(rendered(text)).text.replace("\u2060", "").strip() == HARMLESS[text]


def test_honest_links_stay():
    html = rendered("[book](https://example.org/?p=1&q=2)")
    assert Reader(html).tags[1] == ("a", {"href": "https://example.org/?p=1&q=2"})


def test_a_pasted_picture_is_mentioned():
    assert harmless("![drawing](attachment:a1.png)") == PICTURE


def test_long_texts_are_cut():
    assert harmless("x" * (SHOWN + 1)) == "x" * SHOWN + CUT


@pytest.mark.parametrize(
    "piece",
    ["`", "$", "<a", "&", "![", "![[", "[x](", "```\n~~~\n", "\\begin{a}", "j\t", "mermaid"],
)
def test_no_text_takes_long(piece):
    started = time.process_time()
    rendered(piece * 100_000)
    assert time.process_time() - started < 5
