"""What is left to a worker, by its name: who asks for a job imports neither it nor what it does.

The jobs of a part are written in its `tasks.py`, each with the name under which it is asked for ("mail.cut").
"""

from typing import Any

from procrastinate.contrib.django import app


def defer(name: str, *, lock: str | None = None, **arguments: Any) -> None:
    """Ask for the job of that name; it exists if, and only if, the transaction under way is committed.

    `lock` = two jobs that hold the same one are done one after the other; by default, that of the job itself.
    Raises `procrastinate.exceptions.TaskNotFound` for a name that no part has given.
    """
    options = {"lock": lock} if lock else {}
    app.configure_task(name, allow_unknown=False, **options).defer(**arguments)
