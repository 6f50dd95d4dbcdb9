"""Makes a student's Markdown harmless: it reads the same, but cannot carry HTML or scripts.

nbgrader's pages show Markdown through nbconvert, which passes raw HTML, `javascript:` links, the
contents of mermaid blocks and MathJax's `\\href` on to the browser of whoever grades, and decodes
entities in links twice. Pictures are fetched as soon as such a page is opened, from wherever they
say: somebody else's server, which learns of it, or Jupyter's own address for logging out. So
nothing is escaped here: an invisible character parts the sign that begins a tag, a picture or an
entity, a scheme or a macro, from what follows. That is safe wherever it stands, in prose, code or a
link, and no guess at where code ends can be wrong.
"""

import re

SHOWN = 20_000  # characters of one cell: the renderer takes the square of some texts' length
CUT = "\n\n… (the rest of this cell is not shown)"
PICTURE = "*(A picture was pasted here. It is in the notebook that was handed in.)*"
JOINER = "\u2060"  # WORD JOINER: takes no room, and may stand anywhere

SCHEMES = ("javascript", "vbscript", "data", "file", "attachment")
MACROS = (
    *("href", "url", "style", "class", "cssId", "html", "require", "unicode", "mmlToken", "bbox"),
    *("raise", "lower", "move", "rule", "Rule"),  # which could lie over what others have written
)
PASTED = re.compile(r"!\[[^\[\]\n]*\]\(attachment:[^()\n]*\)")
MATH = re.compile(r"(?s)(\$\$.*?\$\$|\$[^$\n]*\$)")
SIGN = re.compile(r"<(?=[A-Za-z/!?])|!(?=\[)|&(?=#|(?!(?:lt|gt|nbsp);)[A-Za-z][A-Za-z0-9]*;)")
SCHEME = "|".join(r"[\t\r\n]*".join(scheme) for scheme in SCHEMES)  # as browsers read them
NAME = re.compile(rf"(?i:{SCHEME})(?=\\?:)|\\(?={'|'.join(MACROS)})|(?=mermaid)")


def harmless(text: str) -> str:
    """Markdown that a browser will show as it was meant to be read, and nothing more."""
    text = text if len(text) <= SHOWN else text[:SHOWN] + CUT
    text = NAME.sub(lambda found: found[0] + JOINER, PASTED.sub(PICTURE, text))
    pieces = MATH.split(text)  # every second one is mathematics, where a space shows as little
    return "".join(
        SIGN.sub(lambda found, gap=" " if index % 2 else JOINER: found[0] + gap, piece)
        for index, piece in enumerate(pieces)
    )
