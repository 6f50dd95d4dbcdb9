"""`python -m tests.fuzz.run frame 60`: lets atheris look for inputs that break a target."""

import sys
import tempfile

import atheris

with atheris.instrument_imports(include=["autograder"]):
    from tests.fuzz.targets import TARGETS, write_seeds

MEMORY_MB = 2048


def main(target: str, seconds: int) -> None:
    """Fuzz for so long; the process ends with an error, and keeps the input, where one is found."""
    corpus = tempfile.mkdtemp(prefix=f"fuzz-{target}-")
    write_seeds(target, corpus)
    bounds = [f"-max_total_time={seconds}", f"-rss_limit_mb={MEMORY_MB}", "-timeout=20"]
    atheris.Setup([sys.argv[0], corpus, *bounds, "-max_len=8192"], TARGETS[target])
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
