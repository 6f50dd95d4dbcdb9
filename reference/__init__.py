"""The truth of the course: one module of reference solutions for each topic.

`<topic>.py` holds one function (or class) for every question, written to be read. Beside it,
`<topic>_mistakes.py` collects what students are known to do instead, each with a name and a hint,
and `<topic>_variants.py` correct solutions in other styles, none of which may lose a point.
Students receive the signature and the docstring of a reference, never its body.
"""
