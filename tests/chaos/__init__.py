"""Chaos: the real program under taps, while it is killed, stopped, doubled and cut off at random."""
