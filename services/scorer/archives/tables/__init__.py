"""The tables of an archive: everything of a contest that is not a file of its own, as csv."""
