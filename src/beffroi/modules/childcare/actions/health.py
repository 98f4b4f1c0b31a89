"""Health sheets, documents, changes proposed by the families, the yearly certification."""

import datetime

from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.kernel.access import account_of
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.models import Child, ChildHome, Document, DocumentKind, HealthSheet, Proposal, Site
from beffroi.shared.files.actions import attach
from beffroi.shared.people.models import months_later


@transaction.atomic
def read_health(child: Child, *, actor, why: str = "desk") -> dict:
    """The content of the sheet; each reading is written in the journal (RGPD, art. 32): who, when, from where."""
    sheet = HealthSheet.objects.filter(child=child).first()
    journal.record("childcare.health_view", child, actor=actor, data={"why": why})
    return sheet.content if sheet else {}


@transaction.atomic
def read_emergency(site: Site, children: list[int], *, actor) -> dict[int, dict]:
    """What must be known of those who are there today: {child: content}. One line of the journal names them all."""
    sheets = HealthSheet.objects.filter(child__in=children).select_related("child")
    found = {sheet.child_id: sheet.content for sheet in sheets}
    if children:
        data = {"children": sorted(children), "why": "emergency"}
        journal.record("childcare.emergency_view", site, actor=actor, data=data)
    return found


@transaction.atomic
def save_health(child: Child, content: dict, *, actor) -> HealthSheet:
    """Write the sheet; the journal names the parts that changed, never what they say."""
    Child.objects.select_for_update(of=("self",)).get(pk=child.pk)
    sheet = HealthSheet.objects.filter(child=child).first() or HealthSheet(child=child)
    before = sheet.content
    changed = sorted(key for key in content.keys() | before.keys() if content.get(key) != before.get(key))
    if changed or sheet.pk is None:
        author = account_of(actor)
        sheet.content, sheet.updated_at, sheet.updated_by = content, timezone.now(), author
        sheet.save()
        journal.record("childcare.health", child, actor=actor, data={"fields": changed})
    return sheet


@transaction.atomic
def add_document(child: Child, kind: DocumentKind, files, *, actor, home: ChildHome | None = None, expires_on=None):
    """Keep a document of the file; without a date, it is good for as long as its kind says."""
    if expires_on is None and kind.months:
        expires_on = months_later(timezone.localdate(), kind.months)
    document = Document.objects.create(child=child, home=home, kind=kind, expires_on=expires_on)
    attach(files, document)
    journal.record("childcare.document", child, actor=actor, data={"document": document.pk, "kind": kind.pk})
    return document


@transaction.atomic
def judge_document(document: Document, *, actor, accept: bool, reason: str = "") -> Document:
    """Say that a document was checked, or refuse it with the reason that the family reads."""
    if not accept and not reason:
        raise Refused("Dites à la famille pourquoi la pièce est refusée.")
    document.checked_at = timezone.now() if accept else None
    document.refused_at = None if accept else timezone.now()
    document.reason = "" if accept else reason
    document.save(update_fields=["checked_at", "refused_at", "reason"])
    verb = "childcare.document_accept" if accept else "childcare.document_refuse"
    journal.record(verb, document, actor=actor)
    return document


@transaction.atomic
def propose_changes(child: Child, values: dict, *, actor, home: ChildHome) -> Proposal | None:
    """Ask for changes of the civil status or permissions; returns None when nothing differs. One at a time."""
    Child.objects.select_for_update(of=("self",)).get(pk=child.pk)
    if Proposal.objects.filter(child=child, decided_at=None, home=home).exists():
        raise Refused("Une demande attend déjà la réponse du service.")
    fields = {name: [getattr(child, name), value] for name, value in values.items() if getattr(child, name) != value}
    if not fields:
        return None
    proposal = Proposal.objects.create(child=child, home=home, fields=fields, author=actor)
    data = {"fields": sorted(fields), "proposal": proposal.pk}
    journal.record("childcare.propose", child, actor=actor, data=data)
    return proposal


@transaction.atomic
def decide_proposal(proposal: Proposal, accepted: set[str], *, actor) -> Proposal:
    """Accept some fields, refuse the others; the family is told which."""
    held = Proposal.objects.select_for_update(of=("self",)).select_related("child").get(pk=proposal.pk)
    if held.decided_at is not None:
        raise Refused("Cette demande a déjà reçu une réponse.")
    child = Child.objects.select_for_update(of=("self",)).get(pk=held.child_id)
    for name in accepted & set(held.fields):
        value = held.fields[name][1]
        setattr(child, name, datetime.date.fromisoformat(str(value)) if name == "birth_date" else value)
    child.checked_at = timezone.now()
    child.save()
    held.decisions = {name: name in accepted for name in held.fields}
    held.decided_at, held.decided_by = timezone.now(), actor
    held.save(update_fields=["decisions", "decided_at", "decided_by"])
    data = {"proposal": held.pk, "accepted": sorted(accepted & set(held.fields))}
    journal.record("childcare.proposal_decided", held, actor=actor, data=data)
    return held


def remind_documents(today: datetime.date | None = None) -> int:
    """Tell the families whose documents end within a month, once for each document."""
    today = today or timezone.localdate()
    ending = Document.objects.filter(
        expires_on__range=(today, today + datetime.timedelta(days=30)),
        reminded_on=None,
        refused_at=None,
        child__erased_at=None,
    )
    done = 0
    for document in ending.select_related("child", "kind").order_by("pk")[:1000]:
        newer = Document.objects.valid(document.expires_on + datetime.timedelta(days=1))
        if newer.filter(child=document.child_id, kind=document.kind_id).exists():
            continue
        with transaction.atomic():
            document.reminded_on = today
            document.save(update_fields=["reminded_on"])
            journal.record("childcare.document_ending", document, actor=None)
        done += 1
    return done
