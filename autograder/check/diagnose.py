"""Names the mistakes behind a question that failed.

The requests of the question's tests are replayed, in memory, against each known mistake; the one
that answers all of them as the student's code did is named. A mistake is asked no further than to
its first other answer. Where a function uses another of the student's, the mistake may lie there.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import FunctionType, ModuleType
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
    """The examination's checks, failed ones with the mistake that explains them and its hint.

    One mistake that answers every request of a question as the student did explains all that
    failed in it; it may be one that was made in another question, whose function this one uses.
    """
    known = list(mistakes)
    failed = dict.fromkeys(check.question for check in examination.checks if has_failed(check))
    cases = [Case(examination, question, reference) for question in failed]
    own = {case.question: [each for each in known if each.question == case.question]
           for case in cases}  # fmt: skip
    causes: dict[str, Mistake] = {}
    for further in (own, {}):  # once more: what is found last may be behind what came first
        for case in (case for case in cases if case.question not in causes):
            found = dict.fromkeys(causes.values())
            cause = case.cause([*found, *further.get(case.question, ())])
            causes |= {case.question: cause} if cause else {}
    named: dict[str, Mistake] = {}
    for case in cases:
        if case.question in causes:
            named |= case.explained_by(causes[case.question])
        else:
            named |= case.one_by_one(own[case.question])
    return [with_mistake(check, named.get(check.id)) for check in examination.checks]


def has_failed(check: Check) -> bool:
    """Whether a check was answered, and wrongly."""
    return check.outcome in TELLING


def with_mistake(check: Check, mistake: Mistake | None) -> Check:
    """The check with the mistake's name and hint, where one was found."""
    if mistake is None:
        return check
    hint = mistake.hint
    if mistake.question != check.question:
        hint = f"It comes from your `{mistake.question}`. {hint}"
    return replace(check, mistake=mistake.name, hint=hint)


class Case:
    """A question that failed: what its tests asked and were answered."""

    def __init__(self, examination: Examination, question: str, reference: ModuleType) -> None:
        self.question = question
        self._reference = vars(reference)
        checks = [check for check in examination.checks if check.question == question]
        self._failed = [check for check in checks if has_failed(check)]
        self._talks = {
            check.id: talk_of(examination.exchanges.get(check.id, []))
            for check in sorted(checks, key=lambda check: not has_failed(check))  # those tell most
        }

    def cause(self, mistakes: Sequence[Mistake]) -> Mistake | None:
        """The first mistake that answers all requests as the student did, if any."""
        if not any(talk.requests for talk in self._talks.values()):
            return None
        alike = (each for each in mistakes if all(map(self._same(each), self._talks)))
        return next(alike, None)

    def explained_by(self, mistake: Mistake) -> dict[str, Mistake]:
        """The mistake for each failed check, by the check's id."""
        return {check.id: mistake for check in self._failed}

    def one_by_one(self, mistakes: Sequence[Mistake]) -> dict[str, Mistake]:
        """The mistake behind each failed check, where two may have been made at once.

        Each wrong answer is explained on its own, by the mistake that also accounts for most of
        the others.
        """
        wrong = [
            check.id
            for check in self._failed
            if check.outcome is Outcome.FAILED and self._talks[check.id].requests
        ]
        told = [(each, set(filter(self._same(each), wrong))) for each in mistakes]
        told.sort(key=lambda account: -len(account[1]))
        found = {id: next((mistake for mistake, ids in told if id in ids), None) for id in wrong}
        return {id: mistake for id, mistake in found.items() if mistake}

    def _same(self, mistake: Mistake) -> Callable[[str], bool]:
        """Tells of a check, by its id, whether the mistake answers as the student did."""
        names = self._reference | {mistake.question: mistake.function}
        if mistake.question != self.question:
            names = rebound(names, self._reference)
        return lambda check: same_talk(self._talks[check], mistake, names)


def rebound(names: dict[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """`names`, where functions written among `before` find what stands there now."""
    for name, value in names.items():
        if isinstance(value, FunctionType) and value.__globals__ is before:
            names[name] = FunctionType(
                value.__code__, names, value.__name__, value.__defaults__, value.__closure__
            )
            names[name].__kwdefaults__ = value.__kwdefaults__
    return names


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
