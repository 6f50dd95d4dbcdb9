"""Names the mistake behind a question that failed.

The requests of the question's tests are replayed, in memory, against each known mistake; the one
that answers all of them as the student's code did is named.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import ModuleType
from typing import Any

from autograder.check.authoring import Mistake
from autograder.check.compare import difference
from autograder.check.plugin import Examination
from autograder.check.student import Exchange, twin
from autograder.core.outcome import Outcome
from autograder.core.result import Check
from autograder.sandbox.guest import wire


def diagnosed(
    examination: Examination, reference: ModuleType, mistakes: Iterable[Mistake]
) -> list[Check]:
    """The examination's checks, failed ones with the mistake that explains them and its hint."""
    known = list(mistakes)
    failed = {check.question for check in examination.checks if check.outcome in TELLING}
    names = {question: explanation(examination, question, reference, known) for question in failed}
    return [with_mistake(check, names.get(check.question)) for check in examination.checks]


TELLING = (Outcome.FAILED, Outcome.RAISED)


def with_mistake(check: Check, mistake: Mistake | None) -> Check:
    """The check with the mistake's name and hint, where it failed and one was found."""
    if mistake is None or check.outcome not in TELLING:
        return check
    return replace(check, mistake=mistake.name, hint=mistake.hint)


def explanation(
    examination: Examination, question: str, reference: ModuleType, mistakes: list[Mistake]
) -> Mistake | None:
    """The first mistake of `question` that answers every request as the student did."""
    talks = [
        examination.exchanges.get(check.id, [])
        for check in examination.checks
        if check.question == question
    ]
    if not any(talks):
        return None
    for mistake in mistakes:
        if mistake.question == question:
            names = vars(reference) | {question: mistake.function}
            if all(same_talk(talk, names) for talk in talks):
                return mistake
    return None


def same_talk(talk: list[Exchange], names: Mapping[str, Any]) -> bool:
    """Whether a namespace answers the requests of one test as they were answered."""
    ask = twin(dict(names))
    return all(
        exchange.reply is not None and same_reply(ask(exchange.request), exchange.reply)
        for exchange in talk
    )


def same_reply(ours: wire.Frame, theirs: wire.Frame) -> bool:
    """Whether two replies carry the same value, the same exception, the same changes."""
    try:
        actual, expected = wire.decode(theirs), wire.decode(ours)
    except wire.WireError:
        return False
    if "ok" not in expected:
        return "error" in actual and actual["error"].get("type") == expected.get("error", {}).get(
            "type"
        )
    changed = expected.get("changed", {})
    if "ok" not in actual or set(actual.get("changed", {})) != set(changed):
        return False
    return same_value(actual["ok"], expected["ok"]) and all(
        same_value(actual["changed"][key], value) for key, value in changed.items()
    )


def same_value(actual: Any, expected: Any) -> bool:
    """Equal by value; two handles are equal when their objects are of one kind."""
    if isinstance(expected, wire.Handle):
        return isinstance(actual, wire.Handle) and actual.kind == expected.kind
    return difference(actual, expected) is None
