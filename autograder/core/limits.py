"""What one submission may use up. Seconds are wall-clock unless a name says otherwise."""

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Limits:
    """Bounds of one sandboxed submission, set by `limits:` in assignment.yaml."""

    cell_seconds: float = 20.0
    call_seconds: float = 5.0
    question_seconds: float = 15.0  # of all calls that one question's tests make
    total_seconds: float = 180.0
    cpu_seconds: float = 60.0  # of one process
    memory_mb: float = 1024.0  # that one process can write to, beyond the interpreter's own
    processes: float = 64.0  # processes and threads together
    scratch_mb: float = 64.0  # all files written, /dev/shm likewise
    file_mb: float = 32.0  # one file
    output_kb: float = 256.0  # printed by one cell; the rest is cut

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if not number or not 0 < value < float("inf"):
                raise ValueError(f"{field.name} is {value!r}; use a number above 0")
