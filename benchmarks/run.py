"""Runs all measurements: `make bench`, or `python -m benchmarks.run --help`."""

import argparse
import importlib.metadata
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.core.errors import AutograderError
from benchmarks import calls, cold, conv, draw, memory, meter, mnist, otter, scale
from benchmarks.row import Row

RESULTS = meter.ROOT / "benchmarks/results/latest.json"
PICTURE = meter.ROOT / "docs/benchmarks.svg"
PACKAGES = ("nbgrader", "numpy", "torch", "pytest", "ipython", "nbclient", "otter-grader")


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    conv: int = 100  # submissions of 01_convolution
    peers: int = 8  # of the same for nbgrader and otter, which take seconds for each
    mnist: int = 20  # submissions of 06_mnist
    rounds: int = 3  # of everything
    calls: tuple[int, int, int] = (2000, 200, 20)  # with an int, 1 MB, 30 MB
    memory: tuple[int, int] = (26, 6)  # submissions while memory is watched
    scale: int = 1000  # submissions in one run


QUICK = Sizes(conv=13, peers=3, mnist=4, rounds=1, calls=(200, 20, 3), memory=(4, 2), scale=24)


def measurements(sizes: Sizes) -> dict[str, tuple[tuple[str, ...], Callable[[], Iterator[Row]]]]:
    """Everything that is measured: its rows' names, and what yields them."""
    found: dict[str, tuple[tuple[str, ...], Callable[[], Iterator[Row]]]] = {
        "calls": (tuple(calls.PAYLOADS), lambda: calls.rows(sizes.calls)),
        "conv": (
            ("conv_nbgrader", "conv_floor"),
            lambda: conv.rows(sizes.conv, sizes.peers, sizes.rounds),
        ),
        "mnist": (("mnist_floor",), lambda: mnist.rows(sizes.mnist, sizes.rounds)),
        "cold": (("cold_numpy", "cold_torch"), lambda: cold.rows(sizes.rounds)),
        "memory": (("memory_numpy", "memory_torch"), lambda: memory.rows(sizes.memory, 1)),
        "scale": (("scale_memory", "scale_open"), lambda: scale.rows(sizes.scale)),
    }
    if otter.command():
        found["otter"] = (
            ("conv_otter",),
            lambda: otter.rows(sizes.conv, sizes.peers, sizes.rounds),
        )
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is asked for, write each row when it is there, draw the picture."""
    options = parsed(arguments)
    sizes = QUICK if options.quick else Sizes()
    sizes = replace(sizes, rounds=options.rounds or sizes.rounds)
    results = resumed(options.results, sizes) if options.resume else heading(sizes)
    try:
        for row in missing(results, sizes, options.only):
            results["rows"].append(row.to_json())
            write(options.results, results)
            print(line(row), flush=True)
    except KeyboardInterrupt:
        print(f"interrupted: {len(results['rows'])} rows are kept; go on with --resume")
        return 130
    except (AutograderError, RuntimeError) as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 1
    draw.draw(results, options.picture)
    print(f"{options.results}\n{options.picture}")
    if looks := scale.looks_in(results):
        beside = options.picture.with_name("benchmarks-scale.svg")
        draw.draw_scale(looks, beside)
        print(beside)
    return 0


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="benchmarks.run", description="Measure the platform.")
    parser.add_argument("--quick", action="store_true", help="small sizes, one round: a try")
    parser.add_argument("--rounds", type=int, help=f"default: {Sizes.rounds}, medians count")
    parser.add_argument("--resume", action="store_true", help="measure only rows that are missing")
    parser.add_argument("--only", nargs="+", choices=list(measurements(QUICK)), help="some of them")
    parser.add_argument("--results", type=Path, default=RESULTS, help="default: %(default)s")
    parser.add_argument("--picture", type=Path, default=PICTURE, help="default: %(default)s")
    return parser.parse_args(arguments)


def missing(results: dict[str, Any], sizes: Sizes, only: list[str] | None) -> Iterator[Row]:
    """Measure what the results do not have yet, and say what is going on."""
    have = {row["name"] for row in results["rows"]}
    for name, (rows, measure) in measurements(sizes).items():
        if (only is None or name in only) and not have >= set(rows):
            print(f"{name} …", flush=True)
            started = time.monotonic()
            yield from (row for row in measure() if row.name not in have)
            print(f"{name}: {time.monotonic() - started:.0f} s", flush=True)


def heading(sizes: Sizes) -> dict[str, Any]:
    """Results without rows: when, where, with what, how much."""
    return {
        "schema": 1,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "versions": versions(),
        "sizes": json.loads(json.dumps(asdict(sizes))),  # as it is read back
        "rows": [],
    }


def resumed(file: Path, sizes: Sizes) -> dict[str, Any]:
    """The results in `file`, where they are of the same kind; new ones otherwise."""
    new = heading(sizes)
    try:
        kept: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return new
    same = all(kept.get(key) == new[key] for key in ("schema", "machine", "versions", "sizes"))
    return kept if same else new


def machine() -> dict[str, Any]:
    """What the results depend on besides the programs; no name of a machine."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "processor": names[0] if names else platform.machine(),
        "processors": len(os.sched_getaffinity(0)),
        "memory_gb": round(pages / 1e9),
        "system": f"{platform.system()} {platform.release()}",
        "meter": meter.kind(),
    }


def versions() -> dict[str, str]:
    """The packages that matter."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def write(file: Path, results: dict[str, Any]) -> None:
    """Write the results, whole or not at all."""
    if file.exists() and not file.is_file():  # a device would be replaced by a file
        raise RuntimeError(f"{file} is no file. Name one with --results")
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    part.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    part.replace(file)


def line(row: Row) -> str:
    """One row for the terminal."""
    low, high = row.spread
    return (f"  {row.what}: {row.value:.3g} {row.unit} ({low:.3g} to {high:.3g}; "
            f"must {row.must:.3g}, aim {row.aim:.3g}): {row.verdict}")  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
