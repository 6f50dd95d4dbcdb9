"""Opens nbgrader's database, a file or a server, and puts its errors into sentences.

nbgrader takes long to import, so it is imported when a gradebook is opened and not before.
"""

import importlib
import importlib.util
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from subprocess import CalledProcessError
from types import ModuleType
from typing import Any, cast

from autograder.core.errors import GraderError, UserError
from autograder.folder import CourseFolder, filled

BUSY_SECONDS = 30  # to wait for formgrader or another command to finish writing
SHOWN = 80  # characters of a command line
LOCKED = ("locked", "busy", "lock timeout")
DRIVER = "Install the driver: pip install 'psycopg[binary]'"
OTHERS = """
select pid, coalesce(nullif(application_name, ''), usename) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle' order by pid
"""


def opened(folder: CourseFolder) -> tuple[ModuleType, Any]:
    """nbgrader's own interface, and its gradebook of a course folder."""
    with speaking(folder), programs_on_path():
        api = nbgrader_api()
        if folder.server:
            return api, api.Gradebook(waiting(filled(folder.server)))
        book = api.Gradebook(f"{folder.database_url}?timeout={BUSY_SECONDS}")
        with book.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")  # readers never wait
        return api, book


def nbgrader_api() -> ModuleType:
    """nbgrader's interface to its database, without all else that its package imports.

    The package brings Jupyter's server along, its `utils` setuptools and nbformat, its `auth` a
    client for the web. That takes longer than to grade two dozen notebooks. All of it can be
    imported afterwards as ever.
    """
    first = "nbgrader" not in sys.modules
    if first:
        package = unexecuted("nbgrader")
        vars(package)["__version__"] = importlib.import_module("nbgrader._version").__version__
        vars(package)["utils"] = executed_when_used("nbgrader.utils")
        vars(unexecuted("nbgrader.auth"))["Authenticator"] = Any  # which `api` has as an annotation
    from nbgrader import api

    if first:
        del sys.modules["nbgrader.auth"]  # whoever asks for it gets all of it
    return cast(ModuleType, api)


def unexecuted(name: str) -> ModuleType:
    """A package of which nothing is there yet but the way to its modules."""
    spec = importlib.util.find_spec(name)
    if spec is None:
        raise GraderError("nbgrader is not installed. Type: make setup")
    sys.modules[name] = importlib.util.module_from_spec(spec)
    return sys.modules[name]


def executed_when_used(name: str) -> ModuleType:
    """A module that is imported as soon as anything is asked of it."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.loader is None:
        raise GraderError(f"{name} is not there. Type: make setup")
    spec.loader = importlib.util.LazyLoader(spec.loader)
    sys.modules[name] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def waiting(url: str) -> str:
    """The address of a server, with a bound on how long anybody waits for others."""
    patience = f"options=-c%20lock_timeout%3D{BUSY_SECONDS}s&connect_timeout={BUSY_SECONDS}"
    return f"{url}{'&' if '?' in url else '?'}{patience}"


@contextmanager
def programs_on_path() -> Iterator[None]:
    """Let nbgrader find `alembic`, which it calls by name, where our environment is not active."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before


@contextmanager
def speaking(folder: CourseFolder) -> Iterator[None]:
    """Turn the database's errors into one sentence that says what to do."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise UserError(f"{folder.book}: {error.name} is missing. {DRIVER}") from None
    except CalledProcessError as error:  # nbgrader asks alembic for its version
        why = f"{error.cmd[0]} ended with {error.returncode}"
        raise GraderError(f"{folder.book}: {why}. Run the command again") from error
    except raised() as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        if any(word in reason for word in LOCKED):
            raise GraderError(locked(folder)) from error
        remedy = "Check that the file is a gradebook of nbgrader's and can be written"
        if folder.server:
            remedy = "Look whether the server runs, and at `database` in course_config.py"
        elif "full" in reason:
            remedy = "Make room, then run the command again: finished work is kept"
        raise GraderError(f"{folder.book}: {reason}. {remedy}") from error


def raised() -> tuple[type[Exception], ...]:
    """What says that something is wrong with a database, as far as anybody has imported it."""
    kinds: list[type[Exception]] = [sqlite3.Error]
    for module, name in (("sqlalchemy.exc", "SQLAlchemyError"), ("nbgrader.api", "InvalidEntry")):
        if module in sys.modules:
            kinds.append(getattr(sys.modules[module], name))
    return tuple(kinds)


@lru_cache(maxsize=32)  # SQLAlchemy takes as long to build a statement as to execute it
def rows_by(table: Any, *columns: str) -> Any:
    """Asks for the rows of which each of these columns is one of the values given by its name."""
    from sqlalchemy import bindparam

    return table.select().where(
        *(table.c[name].in_(bindparam(name, expanding=True)) for name in columns)
    )


def locked(folder: CourseFolder) -> str:
    """The sentence for a database that somebody else keeps locked, with who that is."""
    if folder.server:
        who = [f"{pid} of the server ({name})" for pid, name in sessions(filled(folder.server))]
    else:
        who = [f"{pid} ({words(pid)})" for pid in holders(folder.gradebook)]
    by = f" by process {', '.join(who)}" if who else ""
    remedy = "Close what is writing to it, then run this command again"
    return f"{folder.book}: database is locked{by}. {remedy}"


def sessions(url: str) -> list[tuple[int, str]]:
    """The sessions of a server's database in which something is going on, and who has them."""
    from sqlalchemy import create_engine
    from sqlalchemy.exc import SQLAlchemyError

    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return [(int(pid), str(name)) for pid, name in connection.exec_driver_sql(OTHERS)]
    except SQLAlchemyError:
        return []
    finally:
        engine.dispose()


def holders(file: Path) -> list[int]:
    """The processes that hold a lock for writing on an SQLite file or what lies beside it."""
    inodes = set()
    for name in (file.name, f"{file.name}-wal", f"{file.name}-shm"):
        with suppress(OSError):
            inodes.add(file.with_name(name).stat().st_ino)
    found = set()
    for line in Path("/proc/locks").read_text(encoding="utf-8").splitlines():
        _, *fields = line.split()  # e.g. POSIX ADVISORY WRITE 4711 fe:00:13107 120 120
        if fields[2:3] == ["WRITE"] and int(fields[4].rpartition(":")[2]) in inodes:
            found.add(int(fields[3]))
    return sorted(found - {os.getpid()})


def words(pid: int) -> str:
    """A process's command line, cut to what fits into a sentence."""
    try:
        line = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return "ended meanwhile"
    text = " ".join(line.decode(errors="replace").replace("\0", " ").split())
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
