"""What the benchmark finds: one row of its table, and the bounds that it is held against."""

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any


@dataclass(frozen=True)
class Row:
    """One measurement: `value` is what `must` and `aim` bound from above, in `unit`."""

    name: str
    what: str  # the sentence in table and picture
    unit: str
    value: float
    must: float
    aim: float
    samples: tuple[float, ...]  # one for each repetition, the value is their median
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def spread(self) -> tuple[float, float]:
        """The smallest and the largest sample."""
        return min(self.samples), max(self.samples)

    @property
    def verdict(self) -> str:
        """How far it got."""
        return "aim" if self.value <= self.aim else "must" if self.value <= self.must else "missed"

    def to_json(self) -> dict[str, Any]:
        """The row as it is kept."""
        return asdict(self) | {"spread": self.spread, "verdict": self.verdict}


def row(
    name: str, what: str, unit: str, bounds: tuple[float, float], samples: Sequence[float],
    **detail: Any,
) -> Row:  # fmt: skip
    """The row whose value is the median of its samples; `bounds` are must and aim."""
    return Row(name, what, unit, statistics.median(samples), *bounds, tuple(samples), detail)


def from_json(kept: dict[str, Any]) -> Row:
    """A row that was kept."""
    names = [each.name for each in fields(Row)]
    return Row(**{name: kept[name] for name in names} | {"samples": tuple(kept["samples"])})
