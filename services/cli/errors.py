"""What ends a command with one line instead of a traceback."""


class CommandError(Exception):
    """The message is for the person at the terminal, Chinese first; the command ends with `exit_code`."""

    def __init__(self, message: str, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code
