"""What can be recorded, each named once. The words for people are in the section [audit] of `words/`."""

from enum import StrEnum


class Action(StrEnum):
    """What somebody did; the GraphQL mutation of the same name where there is one."""

    CREATE_USER = "CREATE_USER"
