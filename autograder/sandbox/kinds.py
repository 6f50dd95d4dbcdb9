"""The kinds of sandboxes, and whether this machine can build one."""

from autograder.core.errors import UserError
from autograder.sandbox import bwrap

FULL, FRESH, WEAK = "full", "fresh", "weak"
KINDS = {
    FULL: "forked from a warm process into namespaces of its own",
    FRESH: "the same walls around a fresh Python: slower, for comparison and for CUDA",
    WEAK: "limits only, for your own work; stamped on every result",
}


def require(kind: str) -> None:
    """Refuse a sandbox that does not exist, or cannot be built here.

    `SandboxUnavailable` with reason and remedy where this machine cannot isolate, `UserError`
    for a kind that does not exist.
    """
    if kind not in KINDS:
        raise UserError(f"--sandbox {kind!r} is not known. Use {', '.join(KINDS)}")
    if kind != WEAK:
        bwrap.require()
