"""Where chance comes from: the same seed gives the same files, byte for byte, on every machine.

Only the integers and fractions of the Mersenne Twister are used, and only + - × ÷ on them: logarithms and powers
differ in their last digit between machines.
"""

from random import Random


def chance(seed: int, *subject: str | int) -> Random:
    """A source of its own for each subject, so that one more contestant changes nobody else's files."""
    return Random("/".join(str(part) for part in (seed, *subject)))  # noqa: S311 - sample data, not a secret


def heavy_tail(random: Random, least: float, most: float) -> float:
    """Between least and most, half of all below twice the least: a few are a hundred times the middle."""
    return least / (1 - (1 - least / most) * random.random())
