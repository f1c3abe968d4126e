"""What is wrong with a thing that `--check` looks at."""


class FlawError(Exception):
    """A thing is there and not as it should be; what hangs on it can be looked at all the same."""
