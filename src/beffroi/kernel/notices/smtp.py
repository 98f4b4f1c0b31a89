"""The SMTP client of the platform: Django's, that also knows when a message may have been accepted without our knowing.

Between the end of a message and the server's answer the connection may die: the server has it or not (RFC 5321, §6.1).
Such a message must not be sent again by itself.
"""

import smtplib

from django.core.mail.backends import smtp


class AnswerLost(Exception):
    """The whole message was given to the server, which did not say whether it took it."""


class _Traced:
    _given = False

    def send(self, s):
        super().send(s)
        # Commands are text; only the message itself is bytes.
        self._given = isinstance(s, bytes)

    def data(self, msg):
        self._given = False
        try:
            return super().data(msg)
        except smtplib.SMTPDataError:
            raise
        except OSError as fault:  # also what smtplib raises when the connection is closed
            if self._given:
                raise AnswerLost("la réponse du serveur s’est perdue") from fault
            raise


class _Plain(_Traced, smtplib.SMTP):
    pass


class _Tls(_Traced, smtplib.SMTP_SSL):
    pass


class EmailBackend(smtp.EmailBackend):
    @property
    def connection_class(self):
        return _Tls if self.use_ssl else _Plain
