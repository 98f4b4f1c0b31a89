from datetime import timedelta

from beffroi.kernel.models import Delivery
from beffroi.kernel.modules import MenuItem, Module, Page, Permission, PersonalData, RetentionRule
from beffroi.kernel.notices import bell, personal_data

OPERATE = "kernel.operate"
FIELD = "kernel.field"
GROUP = "Technique"
MESSAGES = timedelta(days=365)


module = Module(
    label="Noyau",
    icon="box",
    permissions=[
        Permission(code=OPERATE, label="Voir l’état technique de la plateforme et renvoyer des messages"),
        Permission(code=FIELD, label="Suivre sa journée sur le terrain, avec un téléphone"),
    ],
    grants={
        "operator_admin": (OPERATE,),
        "admin": (FIELD,),
        "agent": (FIELD,),
        "secretary": (FIELD,),
        "adviser": (FIELD,),
    },
    verbs={"kernel.resend": "Messages renvoyés"},
    menu=[
        MenuItem(label="Carte", url_name="kernel:map", face="footer", icon="map", order=40),
        MenuItem(label="Ma journée", url_name="kernel:terrain", face="terrain", icon="sun", permission=FIELD, order=0),
        MenuItem(label="Mes avis", url_name="kernel:inbox", face="account", icon="bell", order=800, count=bell.unread),
        MenuItem(
            label="Mes préférences", url_name="kernel:preferences", face="account", icon="sliders-horizontal", order=850
        ),
        MenuItem(label="Envois", url_name="kernel:outbox", group=GROUP, icon="send", permission=OPERATE, order=930),
    ],
    pages=[
        Page(url_name="kernel:search", query="q=mairie"),
        Page(url_name="kernel:map"),
        Page(url_name="kernel:terrain", permission=FIELD),
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
            due=lambda now: Delivery.objects.filter(created_at__lte=now - MESSAGES),
            apply=lambda delivery: delivery.delete(),
            action="delete",
            each=False,
        )
    ],
    personal_data=[
        PersonalData(
            code="kernel.notices",
            label="Mes avis et mes préférences",
            export=personal_data.export,
            erase=personal_data.erase,
        )
    ],
)
