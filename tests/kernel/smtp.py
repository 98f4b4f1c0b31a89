"""A real SMTP server on a socket, that can be told how to answer."""

import email
import email.policy
import socket

from aiosmtpd.controller import Controller


class Handler:
    """Keeps what it accepted; `refuse` = the answer to a recipient, `hang_up` = closes instead of acknowledging."""

    def __init__(self):
        self.messages = []
        self.refuse = ""
        self.hang_up = False

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.refuse:
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.messages.append((envelope.rcpt_tos, message))
        if self.hang_up:
            server.transport.close()
        return "250 accepted"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(port: int) -> tuple[Controller, Handler]:
    handler = Handler()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    return controller, handler
