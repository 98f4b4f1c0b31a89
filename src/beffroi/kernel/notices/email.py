"""E-mails: the text, and a light HTML form of the same text with its link as a button. One connection for a batch."""

import re
import smtplib
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.utils.html import urlize

from beffroi.kernel.models import Delivery
from beffroi.kernel.notices import filling

ADDRESS_ALONE = re.compile(r"https?://\S+")
MISSPELT = re.compile(r"[\r\n]")


class EmailRefused(Exception):
    """The server will never take this message (unknown address…); trying again is useless."""


def message_id(delivery: Delivery) -> str:
    """The same for every attempt: a server or a reader that gets it twice knows it is one message."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{delivery.pk}@{domain}>"


def sender(territory) -> str:
    """The territory's name with the address of the installation."""
    return formataddr((territory.name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))


def blocks(text: str) -> list[dict]:
    """The paragraphs of a text: `lines` ready to be written as HTML, or `url` for an address alone on its line."""
    found: list[dict] = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        lines: list[str] = []
        for line in paragraph.splitlines():
            if ADDRESS_ALONE.fullmatch(line.strip()):
                found += [{"lines": lines}] if lines else []
                found.append({"url": line.strip()})
                lines = []
            elif line.strip():
                lines.append(urlize(line.strip(), autoescape=True))
        found += [{"lines": lines}] if lines else []
    return found


def build(delivery: Delivery, territory) -> EmailMultiAlternatives:
    """The message as it leaves; its text carries the link even where the template forgot it."""
    text = delivery.body
    if delivery.url and delivery.url not in text:
        text = f"{text}\n\n{delivery.url}"
    context = {
        "territory": territory,
        "subject": delivery.subject,
        "blocks": blocks(text),
        "unsubscribe": delivery.unsubscribe,
        "to_account": delivery.user_id is not None,
        "site": settings.SITE_URL,
    }
    foot = render_to_string("kernel/email/foot.txt", context)
    headers = {"Message-ID": message_id(delivery), "Auto-Submitted": "auto-generated"}
    if delivery.unsubscribe:
        headers["List-Unsubscribe"] = f"<{delivery.unsubscribe}>"
    message = EmailMultiAlternatives(
        subject=MISSPELT.sub(" ", delivery.subject),
        body=f"{text}\n{foot}",
        from_email=sender(territory),
        to=[delivery.address],
        headers=headers,
    )
    message.attach_alternative(render_to_string("kernel/email/message.html", context), "text/html")
    return message


class Postman:
    """Sends several e-mails over one connection. `open` raises when the server does not answer."""

    def __init__(self):
        self.connection = get_connection()
        self.territory = filling.territory()

    def open(self) -> None:
        self.connection.open()

    def close(self) -> None:
        self.connection.close()

    def send(self, delivery: Delivery) -> None:
        """Raises EmailRefused (never), `smtp.AnswerLost` (nobody knows), or another error (perhaps later)."""
        message = build(delivery, self.territory)
        try:
            self.connection.send_messages([message])
        except smtplib.SMTPRecipientsRefused as fault:
            code, reply = next(iter(fault.recipients.values()))
            self._refuse(code, reply, fault)
        except smtplib.SMTPDataError as fault:
            self._refuse(fault.smtp_code, fault.smtp_error, fault)

    def _refuse(self, code: int, reply, fault: Exception) -> None:
        if code < 500:
            raise fault
        words = reply.decode(errors="replace") if isinstance(reply, bytes) else str(reply)
        raise EmailRefused(f"SMTP {code} {words}") from fault
