"""Faults that are known and being mended: each line goes with the fault, and the list is empty in a release."""

import pytest

FAULTS: dict[str, str] = {
    "account_login": "lands at the desk, whose first page is not there yet",
    "account_signup": "lands at the desk, whose first page is not there yet",
    "account_request_login_code": "lands at the desk, whose first page is not there yet",
    "contact": "verbs not told yet",
    "transitions": "verbs of contact not told yet",
    "retention": "rules of people and cases not declared yet",
}


def excused(name: str) -> list:
    """The marks of a parameter whose fault is known."""
    return [pytest.mark.xfail(reason=FAULTS[name], strict=False)] if name in FAULTS else []


def excuse(name: str):
    """The same, for a whole test."""

    def decorate(test):
        for mark in excused(name):
            test = mark(test)
        return test

    return decorate
