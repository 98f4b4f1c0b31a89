"""Visiting a page of a manifest as somebody, and what is wrong with what came."""

import contextlib
import logging
import sys
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import caches
from django.core.signals import got_request_exception
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beffroi.kernel import access
from beffroi.kernel.modules import Page
from tests.contract import rules
from tests.support.demo import Visitor

BOOKKEEPING = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK", "SET ", "BEGIN", "COMMIT")


def name(page: Page) -> str:
    return f"{page.url_name}{'?' + page.query.lstrip('?') if page.query else ''}"


def address(page: Page) -> str | None:
    """Where the page is in the demonstration; None when nothing there can be shown by it."""
    arguments = page.args()
    if arguments is None:
        return None
    path = reverse(page.url_name, args=list(arguments))
    return f"{path}?{page.query.lstrip('?')}" if page.query else path


@dataclass(frozen=True)
class Answer:
    """What came, after the redirections; `login` = the sign-in page was put in front."""

    status: int
    text: str
    kind: str
    login: bool
    path: str
    statements: tuple[str, ...]
    fault: str = ""


@contextlib.contextmanager
def _broken() -> Iterator[list[str]]:
    """Keep what a view raised, so that a failure says why."""
    kept: list[str] = []

    def keep(sender, request, **kwargs):
        kind, value, trace = sys.exc_info()
        where = [frame for frame in traceback.extract_tb(trace) if "/beffroi/" in frame.filename][-1:]
        place = f" ({where[0].filename.partition('/src/')[2]}:{where[0].lineno})" if where else ""
        kept.append(f"{kind.__name__} : {value}{place}")

    got_request_exception.connect(keep)
    logger = logging.getLogger("django.request")
    logger.disabled = True
    try:
        yield kept
    finally:
        logger.disabled = False
        got_request_exception.disconnect(keep)


def ask(visitor: Visitor, path: str) -> Answer:
    """Open a page as a browser does, and undo what that wrote; the queries counted are those of the last answer."""
    with transaction.atomic():
        answer = _ask(visitor, path)
        transaction.set_rollback(True)
    return answer


def _ask(visitor: Visitor, path: str) -> Answer:
    if not visitor.email:
        caches["pages"].clear()  # an anonymous page is measured when it is made
    for _hop in range(5):
        connection.queries_log.clear()
        with CaptureQueriesContext(connection) as captured, _broken() as broken:
            response = visitor.client.get(path)
        if response.status_code not in {301, 302, 303, 307, 308}:
            break
        target = response.headers["Location"]
        if target.startswith(settings.LOGIN_URL) and not path.startswith(settings.LOGIN_URL):
            return Answer(response.status_code, "", "", True, path, ())
        path = target
    kind = response.headers.get("Content-Type", "")
    text = response.content.decode() if not response.streaming and kind.startswith("text/html") else ""
    return Answer(response.status_code, text, kind, False, path, tuple(_counted(captured)), "".join(broken))


def _counted(captured) -> Iterator[str]:
    for query in captured.captured_queries:
        if not query["sql"].lstrip().upper().startswith(BOOKKEEPING):
            yield query["sql"]


def faults(page: Page, visitors: Iterable[Visitor]) -> Iterator[str]:
    """Everything that is wrong with a page, for whoever opens it."""
    path = address(page)
    if path is None:
        yield "la démonstration n’a rien à montrer sur cette page (args() donne None)"
        return
    opened, kept = [], {}
    for visitor in visitors:
        answer = ask(visitor, path)
        user = visitor.user
        holder = bool(page.permission) and page.permission != "login" and access.can(user, page.permission)
        found = list(rules.access(page.permission, user.is_authenticated, holder, answer.status, answer.login))
        if answer.fault:
            found.append(answer.fault)
        if answer.status == 200 and not answer.login:
            opened.append(visitor.name)
            again = ask(visitor, path)
            if len(again.statements) > rules.QUERY_LIMIT:
                again = ask(visitor, path)  # the minute has turned between the two: what is kept for one was read again
            if again.path.partition("?")[0] == path.partition("?")[0]:  # else another page answers for itself
                found += rules.queries(again.statements)
                found += rules.page(again.text) if again.text else []
        for fault in found:
            kept.setdefault(fault, []).append(visitor.name)
    if not opened and not kept:
        yield "personne ne peut ouvrir cette page"
    for fault, names in kept.items():
        yield f"{path} [{', '.join(names)}] {fault}"
