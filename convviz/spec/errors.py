"""The one exception that is meant for the person at the screen, and the one that says that nobody waits any more."""


class InputError(ValueError):
    """Something the user gave cannot be used.

    Its text is one sentence that says what is wrong and what to do; the window shows it in its banner
    and the command line prints it after ``convviz: error:``. Anything else that escapes is our bug.

    >>> str(InputError("no such network 'lecture2'; try lecture or lenet5"))
    "no such network 'lecture2'; try lecture or lenet5"
    """


class Cancelled(Exception):  # noqa: N818 - no error: it is what was asked for
    """A picture is no longer wanted."""
