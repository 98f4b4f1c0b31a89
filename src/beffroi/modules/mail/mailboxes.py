"""Read the mailboxes of the bodies: each message becomes an arrival, with its attachments."""

from email.message import EmailMessage

from beffroi.kernel import imap
from beffroi.modules.mail.actions import mailbox as writing
from beffroi.modules.mail.models import Mailbox, ReceivedMail
from beffroi.shared.documents.intake.mailbox import attachments, sent
from beffroi.shared.documents.reading.texts import message_of
from beffroi.shared.files.actions import DOCUMENT, MAX_DOCUMENT, store_upload
from beffroi.shared.files.refusals import Refused


def read(mailbox_id: int) -> int:
    """Register what is new in one, if it is active; returns how many letters. The fault is kept on the mailbox."""
    mailbox = Mailbox.objects.select_related("register", "organisation").filter(pk=mailbox_id, is_active=True).first()
    if mailbox is None or not mailbox.register.is_active:
        return 0
    account = imap.Account(mailbox.host, mailbox.port, mailbox.tls, mailbox.username, mailbox.password, mailbox.path)
    known = ReceivedMail.objects.filter(mailbox=mailbox)
    count = 0
    try:
        for message in imap.unseen(account, largest=MAX_DOCUMENT, known=lambda key: known.filter(key=key).exists()):
            if message is not None:
                count += _register(mailbox, message)
    except imap.FAULTS as fault:
        writing.note_mailbox(mailbox, imap.words(fault))
        return count
    writing.note_mailbox(mailbox)
    return count


def read_all() -> int:
    """Read them all, each on its own."""
    return sum(read(pk) for pk in Mailbox.objects.filter(is_active=True).values_list("pk", flat=True))


def _register(mailbox: Mailbox, received: imap.Message) -> int:
    if received.content is None:
        writing.set_mail_aside(mailbox, received, f"message de plus de {MAX_DOCUMENT >> 20} Mo")
        return 0
    message = message_of(received.content)
    if why := not_a_letter(message):
        writing.set_mail_aside(mailbox, received, why)
        return 0
    name = f"{str(message.get('subject') or 'Message sans objet')[:100]}.eml"
    try:
        whole = store_upload(sent(name, received.content), actor=None, kind=DOCUMENT)
    except Refused as refusal:
        writing.set_mail_aside(mailbox, received, str(refusal))
        return 0
    pieces = [whole, *attachments(message)]
    return int(writing.register_mail(mailbox, received, message, pieces=pieces) is not None)


def not_a_letter(message: EmailMessage) -> str:
    """Why a message takes no number: it was written by a machine (RFC 3834), sent to a list, or is the report of a
    dispatch (RFC 3464); empty when someone wrote it."""
    if str(message.get("auto-submitted") or "no").strip().lower().partition(";")[0] not in ("no", ""):
        return "réponse automatique"
    if str(message.get("precedence") or "").strip().lower() in ("bulk", "list", "junk") or message.get("list-id"):
        return "envoi en nombre"
    if message.get_content_type() == "multipart/report":
        return "rapport de remise"
    return ""
