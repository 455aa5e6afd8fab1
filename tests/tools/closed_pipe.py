"""A closed pipe is no failure: who reads what a program prints may have read enough (`| head`)."""
import os
import select
import sys

ENDED_BY_IT = 141       # as the shell calls a program that SIGPIPE has ended


def reader_is_gone():
    poll = select.poll()
    poll.register(1, 0)
    return any(event & select.POLLERR for _, event in poll.poll(0))


def end_of(main, only_prints=False):
    """What the program exits with, without a word of the pipe: what main returns. If it did not come to its end, no
    check of it has passed, and only what does nothing but print has done all."""
    status = 0 if only_prints else ENDED_BY_IT
    try:
        status = main()
        sys.stdout.flush()
    except BrokenPipeError:
        if not reader_is_gone():
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)        # where the rest goes, which Python writes at its end
    return status
