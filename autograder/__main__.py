"""`autograder`, and `python -m autograder`."""

import gc
import signal

LOOK = 20_000  # new objects before a look for garbage; 700 would make it a seventh of the start


def main() -> None:
    """Run a command; Ctrl-C ends it without a word until it listens itself."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # who ignores it learns of no child's end,
    signal.pthread_sigmask(signal.SIG_SETMASK, ())  # and who blocks signals neither
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else below `nohup`
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.set_threshold(LOOK)
    from autograder import cli  # takes a moment

    try:
        cli.main()
    finally:
        gc.freeze()  # else Python would look through all of it once more before it ends


if __name__ == "__main__":
    main()
