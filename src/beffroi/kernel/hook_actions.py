"""What the administrator writes about webhooks."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import jobs, journal, modules, outgoing
from beffroi.kernel.hook_models import draw_secret
from beffroi.kernel.models import HookDelivery, Webhook


@transaction.atomic
def save_webhook(webhook: Webhook, *, actor) -> Webhook:
    """Add or change an address that is told of facts. Records "kernel.webhook". Raises ValidationError."""
    known = modules.labels()
    parts = {verb.partition(".")[0] for verb in known}
    for verb in webhook.verbs:
        part, _, word = verb.partition(".")
        if not (verb in known or (word == "*" and part in parts)):
            raise ValidationError({"verbs": f"« {verb} » n’est pas un fait du journal."})
    if not webhook.verbs:
        raise ValidationError({"verbs": "Choisissez au moins un fait."})
    try:
        outgoing.targets(webhook.url)
    except outgoing.AddressRefused as refusal:
        raise ValidationError({"url": f"Adresse refusée : {refusal}."}) from refusal
    if webhook.pk is None:
        webhook.created_by = actor
    webhook.full_clean()
    webhook.save()
    journal.record("kernel.webhook", webhook, actor=actor)
    return webhook


@transaction.atomic
def renew_secret(webhook: Webhook, *, actor) -> Webhook:
    """Draw another secret; what is sent from now on is signed with it. Records "kernel.webhook_secret"."""
    webhook.secret = draw_secret()
    webhook.save(update_fields=["secret"])
    journal.record("kernel.webhook_secret", webhook, actor=actor)
    return webhook


@transaction.atomic
def remove_webhook(webhook: Webhook, *, actor) -> None:
    """Nothing is sent to it any more; its log goes with it. Records "kernel.webhook_remove"."""
    journal.record("kernel.webhook_remove", webhook, actor=actor, data={"name": webhook.name})
    webhook.delete()


@transaction.atomic
def try_webhook(webhook: Webhook, *, actor) -> HookDelivery:
    """Send something at once to see that the address answers. Records "kernel.webhook_trial"."""
    delivery = HookDelivery.objects.create(webhook=webhook)
    journal.record("kernel.webhook_trial", webhook, actor=actor)
    jobs.defer("kernel.send_webhooks")
    return delivery


@transaction.atomic
def replay(pks: Iterable, *, actor) -> int:
    """Send again, received or not; the receiver knows them by their number. Records "kernel.webhook_replay"."""
    chosen = HookDelivery.objects.filter(pk__in=list(pks))
    webhook = Webhook.objects.filter(deliveries__in=chosen).first()
    count = chosen.update(state=HookDelivery.State.WAITING, not_before=timezone.now(), attempts=0, error="")
    if webhook is not None and count:
        journal.record("kernel.webhook_replay", webhook, actor=actor, data={"count": count})
        jobs.defer("kernel.send_webhooks")
    return count
