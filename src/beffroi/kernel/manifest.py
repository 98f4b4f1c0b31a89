from datetime import timedelta

from django.db.models import Q

from beffroi.kernel.models import (
    Delivery,
    HookDelivery,
    NoticePreference,
    PushSubscription,
    QuietHours,
    Webhook,
)
from beffroi.kernel.modules import (
    EVERY,
    MenuItem,
    Module,
    Page,
    Permission,
    PersonalData,
    Reaction,
    RetentionRule,
    SitemapSource,
    collect,
)
from beffroi.kernel.notices import bell, personal_data, telling
from beffroi.kernel.views import datasets

OPERATE = "kernel.operate"
FIELD = "kernel.field"
RETENTION = "kernel.retention"
GROUP = "Technique"
MESSAGES = timedelta(days=365)
CALLS = timedelta(days=90)


def _dataset() -> tuple | None:
    found = collect("datasets")
    return (found[0].code,) if found else None


def _indicator() -> tuple | None:
    found = [indicator for indicator in collect("indicators") if indicator.public]
    return (found[0].code,) if found else None


def _webhook() -> tuple | None:
    found = Webhook.objects.order_by("pk").first()
    return (found.pk,) if found else None


def _desk(label: str, name: str, icon: str, permission: str, order: int) -> MenuItem:
    return MenuItem(label=label, url_name=f"kernel:{name}", group=GROUP, icon=icon, permission=permission, order=order)


def _of_erased_accounts(model) -> RetentionRule:
    """What says how to tell somebody has no use any more once their account is erased."""
    return RetentionRule(
        code=f"kernel.{model._meta.model_name}",
        model=model._meta.label,
        label=f"{str(model._meta.verbose_name_plural).capitalize()} des comptes effacés",
        basis="RGPD, art. 5.1.e : sans objet dès que le compte est effacé",
        keep=timedelta(0),
        due=lambda now: model.objects.filter(user__erased_at__isnull=False),
        apply=lambda line: line.delete(),
        action="delete",
        each=False,
    )


module = Module(
    label="Noyau",
    icon="box",
    permissions=[
        Permission(code=OPERATE, label="Voir l’état technique de la plateforme et renvoyer des messages"),
        Permission(code=RETENTION, label="Contrôler les durées de conservation"),
        Permission(code=FIELD, label="Suivre sa journée sur le terrain, avec un téléphone"),
    ],
    grants={
        "operator_admin": (OPERATE, RETENTION),
        "dpo": (RETENTION,),
        "admin": (FIELD,),
        "agent": (FIELD,),
        "secretary": (FIELD,),
        "adviser": (FIELD,),
    },
    verbs={
        "kernel.resend": "Messages renvoyés",
        "kernel.webhook": "Appel sortant enregistré",
        "kernel.webhook_secret": "Secret d’un appel sortant changé",
        "kernel.webhook_remove": "Appel sortant supprimé",
        "kernel.webhook_trial": "Appel sortant essayé",
        "kernel.webhook_replay": "Appels sortants renvoyés",
        "kernel.retention": "Règle de conservation appliquée",
        "kernel.anonymise": "Donnée anonymisée à la fin de sa conservation",
        "kernel.delete": "Donnée effacée à la fin de sa conservation",
    },
    menu=[
        MenuItem(label="Carte", url_name="kernel:map", face="footer", icon="map", order=40),
        MenuItem(label="Ma journée", url_name="kernel:terrain", face="terrain", icon="sun", permission=FIELD, order=0),
        MenuItem(label="Données ouvertes", url_name="kernel:datasets", face="footer", icon="database", order=45),
        MenuItem(label="Mes avis", url_name="kernel:inbox", face="account", icon="bell", order=800, count=bell.unread),
        MenuItem(
            label="Mes préférences", url_name="kernel:preferences", face="account", icon="sliders-horizontal", order=850
        ),
        _desk("Plateforme", "technique", "activity", OPERATE, 910),
        _desk("Journal", "journal", "history", OPERATE, 920),
        _desk("Envois", "outbox", "send", OPERATE, 930),
        _desk("Appels sortants", "hooks", "share-2", OPERATE, 935),
        _desk("Conservation", "retention", "timer", RETENTION, 940),
        _desk("Sceaux", "seals", "shield-check", OPERATE, 950),
    ],
    pages=[
        Page(url_name="kernel:technique", permission=OPERATE),
        Page(url_name="kernel:journal", permission=OPERATE),
        Page(url_name="kernel:seals", permission=OPERATE),
        Page(url_name="kernel:hooks", permission=OPERATE),
        Page(url_name="kernel:hook_new", permission=OPERATE),
        Page(url_name="kernel:hook", permission=OPERATE, args=_webhook),
        Page(url_name="kernel:retention", permission=RETENTION),
        Page(url_name="kernel:search", query="q=mairie"),
        Page(url_name="kernel:map"),
        Page(url_name="kernel:terrain", permission=FIELD),
        Page(url_name="kernel:datasets"),
        Page(url_name="kernel:dataset", args=_dataset),
        Page(url_name="kernel:indicators"),
        Page(url_name="kernel:indicator", args=_indicator),
        Page(url_name="kernel:inbox", permission="login"),
        Page(url_name="kernel:preferences", permission="login"),
        Page(url_name="kernel:outbox", permission=OPERATE),
    ],
    retention=[
        RetentionRule(
            code="kernel.deliveries",
            model="kernel.Delivery",
            label="Messages et avis envoyés depuis un an",
            basis="RGPD, art. 5.1.e : un an pour retrouver un message contesté",
            keep=MESSAGES,
            due=lambda now: Delivery.objects.filter(
                Q(created_at__lte=now - MESSAGES) | Q(user__erased_at__isnull=False)
            ),
            apply=lambda delivery: delivery.delete(),
            action="delete",
            each=False,
        ),
        RetentionRule(
            code="kernel.webhook_deliveries",
            model="kernel.HookDelivery",
            label="Appels sortants faits depuis trois mois",
            basis="RGPD, art. 5.1.e : trois mois pour renvoyer un appel perdu",
            keep=CALLS,
            due=lambda now: HookDelivery.objects.filter(created_at__lte=now - CALLS).exclude(state="waiting"),
            apply=lambda delivery: delivery.delete(),
            action="delete",
            each=False,
        ),
        *(_of_erased_accounts(model) for model in (NoticePreference, PushSubscription, QuietHours)),
    ],
    personal_data=[
        PersonalData(
            code="kernel.notices",
            label="Mes avis et mes préférences",
            export=personal_data.export,
            erase=personal_data.erase,
        )
    ],
    reactions=[Reaction(verb=EVERY, run=telling.announce, label="les avis qui en parlent partent", dated=False)],
    sitemap=[SitemapSource(code="datasets", entries=datasets.addresses)],
    demo="beffroi.kernel.demo.load",
    demo_order=900,
)
