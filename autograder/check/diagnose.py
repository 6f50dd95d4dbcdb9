"""Names the mistakes behind a question that failed.

The requests of the question's tests are replayed, in memory, against each known mistake; the one
that answers all of them as the student's code did is named. A mistake is asked no further than to
its first other answer.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

from autograder.check.authoring import Mistake
from autograder.check.compare import difference
from autograder.check.plugin import Examination
from autograder.check.script import digest
from autograder.check.student import Exchange, twin
from autograder.core.outcome import Outcome
from autograder.core.result import Check
from autograder.sandbox.guest import wire

TELLING = (Outcome.FAILED, Outcome.RAISED)
KEPT_ANSWERS = 2000  # replayed tests, some kilobytes each
SURPLUS = 8  # times that a number takes, at most, what another one of the same value does
SLIGHT = 4096  # bytes of a reply's header that are always read


@dataclass(frozen=True)
class Talk:
    """What a test asked and was answered; `key` tells its requests from others."""

    requests: tuple[wire.Frame, ...]
    replies: tuple[wire.Frame | None, ...]
    key: bytes


def diagnosed(
    examination: Examination, reference: ModuleType, mistakes: Iterable[Mistake]
) -> list[Check]:
    """The examination's checks, failed ones with the mistake that explains them and its hint."""
    known = list(mistakes)
    named: dict[str, Mistake] = {}
    for question in {check.question for check in examination.checks if check.outcome in TELLING}:
        own = [mistake for mistake in known if mistake.question == question]
        named |= explanations(examination, question, reference, own)
    return [with_mistake(check, named.get(check.id)) for check in examination.checks]


def with_mistake(check: Check, mistake: Mistake | None) -> Check:
    """The check with the mistake's name and hint, where one was found."""
    if mistake is None:
        return check
    return replace(check, mistake=mistake.name, hint=mistake.hint)


def explanations(
    examination: Examination, question: str, reference: ModuleType, mistakes: list[Mistake]
) -> dict[str, Mistake]:
    """The mistake behind each failed check of `question`, by the check's id.

    One mistake that answers every request as the student did explains them all. Where there is
    none, two may have been made at once: each wrong answer is then explained on its own, by the
    mistake that also accounts for most of the others.
    """
    checks = [check for check in examination.checks if check.question == question]
    failed = [check for check in checks if check.outcome in TELLING]
    talks = {
        check.id: talk_of(examination.exchanges.get(check.id, []))
        for check in sorted(checks, key=lambda check: check not in failed)  # those tell most
    }
    spaces = [(each, vars(reference) | {question: each.function}) for each in mistakes]
    if not any(talk.requests for talk in talks.values()):
        return {}
    for mistake, names in spaces:
        if all(same_talk(talk, mistake, names) for talk in talks.values()):
            return {check.id: mistake for check in failed}
    wrong = [
        check.id for check in failed if check.outcome is Outcome.FAILED and talks[check.id].requests
    ]
    told = [
        (mistake, {id for id in wrong if same_talk(talks[id], mistake, names)})
        for mistake, names in spaces
    ]
    told.sort(key=lambda account: -len(account[1]))
    found = {id: next((mistake for mistake, ids in told if id in ids), None) for id in wrong}
    return {id: mistake for id, mistake in found.items() if mistake}


def talk_of(exchanges: Sequence[Exchange]) -> Talk:
    """The exchanges of one test as a talk."""
    requests = tuple(exchange.request for exchange in exchanges)
    return Talk(requests, tuple(exchange.reply for exchange in exchanges), digest(requests))


def same_talk(talk: Talk, mistake: Mistake, names: Mapping[str, Any]) -> bool:
    """Whether a mistake answers the requests of one test as they were answered."""
    if None in talk.replies:
        return False
    ours = answers(talk, mistake, names)
    return all(
        reply is not None and same_reply(our, reply)
        for reply, our in zip(talk.replies, ours, strict=True)
    )


_answers: dict[tuple[Any, bytes], tuple[wire.Frame, ...]] = {}  # by mistake and requests


def answers(talk: Talk, mistake: Mistake, names: Mapping[str, Any]) -> Iterator[wire.Frame]:
    """What a mistake answers, as far as it is asked for.

    It is kept, because every student's code gets the same requests; who wants to know more than
    is known has the mistake answer from the first request on.
    """
    key = (mistake.function, talk.key)
    known = _answers.get(key, ())
    yield from known
    if len(known) == len(talk.requests):
        return
    ask = twin(dict(names))
    given: list[wire.Frame] = []
    try:
        for number, request in enumerate(talk.requests):
            given.append(ask(request))
            if number >= len(known):
                yield given[-1]
    finally:
        if len(given) > len(known):
            keep(key, tuple(given))


def remember(mistake: Mistake, examination: Examination) -> None:
    """Keep what a mistake answered when it was examined itself, so that it is not asked again."""
    for talk in examination.exchanges.values():
        replies = tuple(exchange.reply for exchange in talk if exchange.reply is not None)
        if len(replies) == len(talk):
            requests = tuple(exchange.request for exchange in talk)
            keep((mistake.function, digest(requests)), replies)


def keep(key: tuple[Any, bytes], replies: tuple[wire.Frame, ...]) -> None:
    """Put answers into the store, which is emptied when it is full."""
    if len(_answers) >= KEPT_ANSWERS:
        _answers.clear()
    _answers[key] = replies


def same_reply(ours: wire.Frame, theirs: wire.Frame) -> bool:
    """Whether two replies carry the same value, the same exception, the same changes."""
    if ours == theirs:
        return True
    if len(theirs.header) > SURPLUS * len(ours.header) + SLIGHT:
        return False  # to read it would take long
    try:
        actual, expected = wire.decode(theirs), wire.decode(ours)
    except wire.WireError:
        return False
    if type(actual) is not dict:
        return False
    if "ok" not in expected:
        error, own = actual.get("error"), expected.get("error", {})
        return type(error) is dict and error.get("type") == own.get("type")
    changed, theirs_changed = expected.get("changed", {}), actual.get("changed", {})
    if "ok" not in actual or type(theirs_changed) is not dict:
        return False
    return (
        theirs_changed.keys() == changed.keys()
        and same_value(actual["ok"], expected["ok"])
        and all(same_value(theirs_changed[key], value) for key, value in changed.items())
    )


def same_value(actual: Any, expected: Any) -> bool:
    """Equal by value; two handles are equal when their objects are of one kind."""
    if isinstance(expected, wire.Handle):
        return isinstance(actual, wire.Handle) and actual.kind == expected.kind
    return difference(actual, expected) is None
