"""What happened to a case, oldest first: the journal's lines in words, with the messages that they carry.

`desk_timeline` tells agents everything; `public_timeline` tells the requester what concerns them, in the name of the
body rather than of the agent; `follower_timeline` tells others the steps only.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from beffroi.kernel import journal, modules
from beffroi.kernel.models import Entry, User
from beffroi.shared.cases.models import Case, Message
from beffroi.shared.files import access
from beffroi.shared.files.models import StoredFile
from beffroi.shared.organisations.models import Organisation, Team

WORDS = {
    "create": "Demande reçue",
    "message": "Message",
    "note": "Note interne",
    "assign": "Confiée",
    "transfer": "Transmise à un autre organisme",
    "priority": "Priorité changée",
    "merge": "Regroupée avec une autre demande",
    "answer": "Réponse du demandeur",
    "follow": "Une personne de plus suit la demande",
    "email": "Adresse de contact modifiée par le demandeur",
    "remind": "Lien de suivi envoyé de nouveau",
    "anonymise": "Données personnelles effacées",
}
ICONS = {
    "create": "inbox",
    "message": "message-square",
    "note": "lock",
    "assign": "user-check",
    "transfer": "forward",
    "merge": "git-merge",
    "priority": "flag",
    "answer": "reply",
    "follow": "bell",
    "email": "at-sign",
    "remind": "mail",
}
AGENTS_ONLY = {"note", "assign", "priority", "follow", "anonymise", "remind"}
FOLLOWERS_HIDE = AGENTS_ONLY | {"message", "answer", "email"}


@dataclass
class Item:
    """One line of a timeline, ready for `{% timeline %}`."""

    at: datetime.datetime
    title: str
    author: str = ""
    text: str = ""
    icon: str = "circle-dot"
    tone: str = "neutral"
    private: bool = False
    files: list = field(default_factory=list)
    url: str = ""


@dataclass(frozen=True)
class Attachment:
    """A file of a message, with the address at which this reader opens it."""

    name: str
    url: str


def verb_word(case: Case, verb: str) -> str:
    """A journal verb in French: the module's own word, that of its workflow's step, or the common one."""
    own = modules.labels().get(verb, "")
    if own:
        return own
    word = verb.rpartition(".")[2]
    step = case.workflow.transitions.get(word)
    if word in WORDS or step is None:
        return WORDS.get(word, word)
    return step.label


def verbs_of(model: type[Case], **words: str) -> dict[str, str]:
    """The `verbs` of the manifest of a kind of case; `words` = the module's own for the steps of its workflow."""
    app, steps = model._meta.app_label, model.workflow.transitions.values()
    told = {step.verb: step.label for step in steps} | WORDS | words
    return {f"{app}.{word}": text for word, text in told.items()}


class _Names:
    """The names of the accounts, teams and bodies that the lines designate: one query for each, at most."""

    def __init__(self, case: Case, entries: Iterable[Entry]):
        data = [entry.data for entry in entries]
        people = [case.assignee, *(entry.actor for entry in entries)]
        self.users = _missing(User, {d["assignee"] for d in data if d.get("assignee")}, people)
        self.teams = _missing(Team, {d["team"] for d in data if d.get("team")}, [case.team])
        bodies = {d[key] for d in data for key in ("from", "to") if isinstance(d.get(key), int) and "message" in d}
        self.bodies = Organisation.objects.in_bulk(bodies)


def _missing(model, wanted: set[int], known: Iterable) -> dict[int, object]:
    """Objects by number; those that are already here cost no query."""
    here = {one.pk: one for one in known if one is not None}
    return here | (model.objects.in_bulk(wanted - here.keys()) if wanted - here.keys() else {})


def desk_timeline(case: Case) -> list[Item]:
    """Everything, for agents."""
    return desk_thread(case)[0]


def desk_thread(case: Case) -> tuple[list[Item], list["Attachment"]]:
    """Everything, for agents, and the files of the case itself."""
    messages = list(Message.objects.filter(case_id=case.pk).select_related("author", "origin"))
    entries = list(journal.lines_about(case))
    own_files, files = _files_of(case, messages, for_account=True)
    names = _Names(case, entries)
    said = {message.pk: message for message in messages}
    items = []
    for entry in entries:
        message = said.pop(entry.data.get("message"), None)
        item = _step(case, entry, message, files)
        item.author = _who(entry, message, case)
        item.title = _precise(item.title, entry, names)
        items.append(item)
    for message in said.values():  # said in a case that was merged into this one
        source = f" (de {message.origin.reference})" if message.origin_id else ""
        items.append(
            Item(
                at=message.created_at,
                title=f"{'Note interne' if message.internal else 'Message'}{source}",
                author=message.author_label or str(message.author or "Demandeur"),
                text=message.body,
                icon="lock" if message.internal else "message-square",
                private=message.internal,
                files=files.get(message.pk, []),
            )
        )
    return sorted(items, key=lambda item: item.at), own_files


def public_timeline(case: Case, *, signed: bool = False) -> list[Item]:
    """What the requester may read. `signed`: the addresses of the files carry a key (a visitor without account)."""
    return public_thread(case, signed=signed)[0]


def public_thread(case: Case, *, signed: bool = False) -> tuple[list[Item], list["Attachment"]]:
    """The same, and the files of the case itself."""
    own = Q(case_id=case.pk, origin__isnull=True) | Q(origin_id=case.pk)
    messages = {message.pk: message for message in Message.objects.filter(own, internal=False)}
    own_files, files = _files_of(case, messages.values(), for_account=not signed)
    items = []
    for entry in journal.lines_about(case):
        word = entry.verb.rpartition(".")[2]
        message = messages.get(entry.data.get("message"))
        if word in AGENTS_ONLY or (word == "message" and message is None):
            continue
        item = _step(case, entry, message, files)
        mine = message is not None and message.from_requester
        item.author = "vous" if mine or word in ("create", "answer") else _other(case, word)
        items.append(item)
    return items, own_files


def _other(case: Case, word: str) -> str:
    return "une autre personne" if word in case.visitor_words else str(case.organisation)


def follower_timeline(case: Case) -> list[Item]:
    """The steps only, for those who follow somebody else's case."""
    lines = journal.lines_about(case)
    return [_step(case, line, None, {}) for line in lines if line.verb.rpartition(".")[2] not in FOLLOWERS_HIDE]


def _step(case: Case, entry: Entry, message: Message | None, files: dict) -> Item:
    word = entry.verb.rpartition(".")[2]
    step = case.workflow.transitions.get(word)
    title = verb_word(case, entry.verb)
    if word == "message" and message is not None and message.from_requester:
        title = "Message du demandeur"
    return Item(
        at=message.created_at if message is not None else entry.at,
        title=title,
        text=message.body if message is not None else "",
        icon=ICONS.get(word, "circle-dot"),
        tone=case.tones.get(step.target, "neutral") if step is not None else "neutral",
        private=word == "note" or (message is not None and message.internal),
        files=files.get(message.pk, []) if message is not None else [],
    )


def _who(entry: Entry, message: Message | None, case: Case) -> str:
    if message is not None and message.author_label:
        return message.author_label
    if entry.actor_id:
        return str(entry.actor)
    if message is not None and message.from_requester or entry.verb.endswith(".create"):
        return case.for_whom or "demandeur sans compte"
    return "Beffroi"


def _precise(title: str, entry: Entry, names: _Names) -> str:
    """« Confiée à Voirie, Paul Caron »; « Transmise à … »."""
    word = entry.verb.rpartition(".")[2]
    if word == "assign":
        found = (names.teams.get(entry.data.get("team")), names.users.get(entry.data.get("assignee")))
        hands = [str(one) for one in found if one]
        return f"{title} à {', '.join(hands)}" if hands else "Remise à la corbeille commune"
    if word == "transfer" and entry.data.get("to") in names.bodies:
        return f"Transmise à {names.bodies[entry.data['to']]}"
    if word == "priority":
        return f"{title}\u202f: {Case.Priority(entry.data['to']).label.lower()}"
    return title


def _files_of(
    case: Case, messages: Iterable[Message], *, for_account: bool
) -> tuple[list[Attachment], dict[int, list[Attachment]]]:
    """The files of the case itself, then those of each message by its number: one query."""
    own: list[Attachment] = []
    by_message: dict[int, list[Attachment]] = {}
    spoken = ContentType.objects.get_for_model(Message).pk
    for file in StoredFile.objects.about(case, *messages):
        attachment = Attachment(file.name, file.url if for_account else access.url_for(file))
        if file.target_type_id == spoken:
            by_message.setdefault(file.target_id, []).append(attachment)
        else:
            own.append(attachment)
    return own, by_message
