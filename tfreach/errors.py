"""What a user can get wrong (message, where, hint) in; exceptions with an exit code out."""

from __future__ import annotations


class TfreachError(Exception):
    """What is wrong; where (Terraform address, file:line or JSON pointer); what to try."""

    exit_code = 2

    def __init__(self, message: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        text = f"{self.where}: {self.message}" if self.where else self.message
        return f"{text}\nhint: {self.hint}" if self.hint else text


class UsageError(TfreachError):
    """Wrong usage: an option, a selector, a settings file. Exit code 2."""


class InputError(TfreachError):
    """The plan or state could not be read or analysed. Exit code 3."""

    exit_code = 3
