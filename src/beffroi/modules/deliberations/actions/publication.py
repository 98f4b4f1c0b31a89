"""Publish an act, and what may still happen to it afterwards."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.modules.deliberations.models import Act, Mode, Regime
from beffroi.modules.deliberations.models.settings import SMALL
from beffroi.modules.deliberations.workflow import State, workflow
from beffroi.shared.files.actions import attach
from beffroi.shared.files.models import StoredFile
from beffroi.shared.organisations.models import Commune, Organisation
from beffroi.shared.signing.models import Folder
from beffroi.shared.signing.workflow import State as FolderState


def regime_of(organisation: Organisation) -> Regime:
    """The regime in force; online when nothing else was decided (CGCT L2131-1)."""
    found = Regime.objects.filter(organisation=organisation).first()
    return found or Regime(organisation=organisation, mode=Mode.WEB)


def may_choose(organisation: Organisation) -> bool:
    """Only communes of fewer than 3,500 people choose how they publish."""
    return Commune.objects.filter(pk=organisation.pk, population__lt=SMALL).exists()


def missing(act: Act, carried: Folder | None = None) -> list[str]:
    """What the law still wants before this act is published (CGCT L2131-1, R2131-1), in plain sentences. `carried` =
    the folder of the sign-book whose own step puts it online."""
    lines = []
    if not any(file.kind == "act" for file in act.documents()):
        lines.append("le document de l’acte, en PDF")
    if not (act.author_first_name and act.author_last_name and act.author_quality):
        lines.append("le prénom, le nom et la qualité de son auteur")
    if act.must_transmit and act.received_on is None:
        lines.append("l’accusé de réception du représentant de l’État")
    others = Folder.objects.about(act).filter(state=FolderState.RUNNING)
    if others.exclude(pk=carried.pk if carried else None).exists():
        lines.append("la fin de son circuit au parapheur")
    return lines


@transaction.atomic
def publish_act(act: Act, *, actor, at=None, carried: Folder | None = None) -> Act:
    """Publish under the regime of the body: from now on the database refuses to change the act. Records
    "deliberations.publish". Raises ValidationError when something that the law wants is missing. `at` = another moment
    than now, for what is taken over from another tool; `carried` = the folder whose own step publishes it."""
    lacking = missing(act, carried)
    if lacking:
        raise ValidationError(f"Il manque {', '.join(lacking)}.")
    document = next(file for file in act.documents() if file.kind == "act")
    regime = regime_of(act.organisation)
    online = regime.mode == Mode.WEB or regime.decision_id == act.pk
    changed = {
        "published_at": at or timezone.now(),
        "mode": Mode.WEB if online else regime.mode,
        "place": "" if online else regime.place,
        "is_online": online,
        "sha256": document.blob.sha256,
    }
    workflow.fire("publish", act, actor=actor, update=changed, data={"sha256": document.blob.sha256})
    if online:
        StoredFile.objects.about(act).filter(kind__in=["act", "annex"]).update(public=True)
    return act


@transaction.atomic
def withdraw_act(act: Act, *, actor, reason: str) -> Act:
    """The act was withdrawn or annulled: its page stays and says so, its documents are no longer shown. Records
    "deliberations.withdraw"."""
    changed = {"withdrawn_at": timezone.now(), "withdrawal_reason": reason.strip()}
    workflow.fire("withdraw", act, actor=actor, update=changed, data={"reason": reason.strip()})
    StoredFile.objects.about(act).update(public=False)
    return act


@transaction.atomic
def anonymise_act(act: Act, *, actor, document, object_text: str, reason: str) -> Act:
    """Put a version without personal data in the place of the published document (CRPA L312-1-2). Records
    "deliberations.anonymise" with both fingerprints; the first document stays for the desk alone."""
    locked = Act.objects.select_for_update().get(pk=act.pk)
    if locked.state != State.PUBLISHED:
        raise ValidationError("Seul un acte publié s’anonymise.")
    if document.blob.mime != "application/pdf":
        raise ValidationError({"document": "Donnez la version anonymisée en PDF."})
    if document.blob.sha256 == locked.sha256:
        raise ValidationError({"document": "C’est le document déjà publié."})
    StoredFile.objects.about(act).filter(kind="act").update(public=False, kind="original")
    attach([document], act, public=locked.is_online, kind="act")
    act.previous_sha256 = locked.previous_sha256 or locked.sha256
    act.sha256, act.object = document.blob.sha256, object_text.strip()
    act.anonymised_at, act.anonymisation_reason = timezone.now(), reason.strip()
    names = ["previous_sha256", "sha256", "object", "anonymised_at", "anonymisation_reason"]
    act.save(update_fields=names)
    data = {"before": locked.sha256, "after": act.sha256, "reason": act.anonymisation_reason}
    journal.record("deliberations.anonymise", act, actor=actor, data=data)
    return act


@transaction.atomic
def set_regime(organisation: Organisation, *, actor, mode: str, place: str = "", decision: Act | None = None) -> Regime:
    """Say how a small commune publishes. The deliberation that decides it must itself be online (CGCT L2131-1).
    Records "deliberations.regime"."""
    if mode != Mode.WEB:
        if not may_choose(organisation):
            raise ValidationError({"mode": "Seule une commune de moins de 3 500 habitants peut choisir."})
        if decision is None or decision.organisation_id != organisation.pk:
            raise ValidationError({"decision": "Choisissez la délibération de la commune qui l’a décidé."})
        if not decision.is_online:
            raise ValidationError({"decision": "Cette délibération doit d’abord être publiée en ligne."})
        if not place.strip():
            raise ValidationError({"place": "Dites où les actes se consultent."})
    regime = Regime.objects.select_for_update().filter(organisation=organisation).first()
    regime = regime or Regime(organisation=organisation)
    regime.mode, regime.place, regime.decision = mode, place.strip(), decision
    regime.save()
    journal.record("deliberations.regime", organisation, actor=actor, data={"mode": mode})
    return regime
