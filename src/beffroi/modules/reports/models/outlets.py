"""The competent bodies that have a server of their own, and the reports that are filed there."""

import uuid

from django.db import models
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from beffroi.kernel.encryption import EncryptedTextField

TOLD = ("stage", "number", "status", "notes", "error", "sent_at", "read_at")


class Outlet(models.Model):
    """The Open311 GeoReport v2 server of a body. `endpoint` = its address, up to the resources; `key` is encrypted.

    `services` = what that server says it takes, [code, name], as last read; `mapping` = {our category: its service};
    what is in neither goes to `service`. `replays` = it knows a `client_uuid` again: a second send files nothing new.
    """

    class Format(models.TextChoices):
        JSON = "json", "JSON"
        XML = "xml", "XML"

    organisation = models.OneToOneField(
        "organisations.Organisation", verbose_name="organisme", on_delete=models.CASCADE, related_name="open311_outlet"
    )
    endpoint = models.URLField("adresse du serveur")
    jurisdiction = models.CharField("jurisdiction_id", max_length=100, blank=True)
    key = EncryptedTextField("clé (api_key)", blank=True)
    format = models.CharField("format", max_length=4, choices=Format, default=Format.JSON)
    service = models.CharField("service par défaut", max_length=100, blank=True)
    services = models.JSONField("services annoncés", default=list, blank=True, editable=False)
    mapping = models.JSONField("services par catégorie", default=dict, blank=True, editable=False)
    replays = models.BooleanField("reconnaît un second envoi", default=False)
    is_active = models.BooleanField("en service", default=True)
    read_at = models.DateTimeField("services lus le", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "serveur Open311 d’un organisme"
        verbose_name_plural = "serveurs Open311 des organismes"
        ordering = ["organisation__name"]

    def __str__(self):
        return str(self.organisation)

    def service_for(self, category) -> str:
        """The code of its service for one of our categories; empty = it takes none."""
        told = self.mapping.get(category.code, "")
        same = category.code if category.code in {code for code, _name in self.services} else ""
        return told or same or self.service


class SendingQuerySet(models.QuerySet):
    def under_way(self):
        """Those by which a body has the report to do: they may still arrive, or have, and are not closed there."""
        return self.exclude(stage__in=Sending.STOPPED).exclude(status="closed")

    def as_told(self) -> JSONObject:
        """What the pages of a report say of it, for `Sending.read`."""
        return JSONObject(body="outlet__organisation__name", **{name: name for name in ("pk", *TOLD)})


class Sending(models.Model):
    """A report filed on the server of the competent body, once. `client_uuid` = our number for it, sent each time;
    `number` = its service_request_id there, `ticket` = the token that stands for it meanwhile.

    `unsure` = the last attempt may have arrived though no answer came: the server is asked before another one.
    `status` and `notes` = what was last read there.
    """

    class Stage(models.TextChoices):
        WAITING = "waiting", "en attente d’envoi"
        SENDING = "sending", "envoi en cours"
        SENT = "sent", "envoyé"
        REFUSED = "refused", "refusé"
        UNCERTAIN = "uncertain", "incertain"
        DROPPED = "dropped", "abandonné"

    # Nothing arrives of these by itself.
    STOPPED = (Stage.REFUSED, Stage.DROPPED)

    report = models.ForeignKey("reports.Report", on_delete=models.CASCADE, related_name="sendings")
    outlet = models.ForeignKey(Outlet, on_delete=models.CASCADE, related_name="sendings")
    client_uuid = models.UUIDField("numéro de l’envoi", default=uuid.uuid4, unique=True, editable=False)
    stage = models.CharField("état", max_length=9, choices=Stage, default=Stage.WAITING)
    unsure = models.BooleanField("réponse perdue", default=False)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    not_before = models.DateTimeField("pas avant", default=timezone.now)
    error = models.CharField("erreur", max_length=300, blank=True)
    number = models.CharField("numéro là-bas", max_length=100, blank=True)
    ticket = models.CharField("jeton d’attente", max_length=100, blank=True)
    status = models.CharField("état là-bas", max_length=6, blank=True)
    notes = models.TextField("dit là-bas", max_length=2000, blank=True)
    created_at = models.DateTimeField("créé le", default=timezone.now)
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)
    read_at = models.DateTimeField("relu le", null=True, blank=True)

    objects = SendingQuerySet.as_manager()

    class Meta:
        verbose_name = "envoi à un serveur Open311"
        verbose_name_plural = "envois aux serveurs Open311"
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["report", "outlet"], name="one_sending_per_outlet")]
        indexes = [
            models.Index(
                fields=["not_before"], name="sending_due", condition=models.Q(stage__in=("waiting", "sending"))
            ),
            models.Index(fields=["read_at"], name="sending_read", condition=models.Q(stage="sent")),
        ]

    def __str__(self):
        return f"{self.report_id} → {self.outlet_id}"

    @classmethod
    def told(cls, report) -> list["Sending"]:
        """Those of a report, the last one first, as its pages say them."""
        return [cls.read(told) for told in report.sendings.values_list(cls.objects.as_told(), flat=True)]

    @classmethod
    def read(cls, told: dict) -> "Sending":
        """One that was read with its report; `.body` = the name of whose server it is."""
        told = dict(told)
        body = told.pop("body")
        for name in ("sent_at", "read_at"):
            told[name] = told[name] and parse_datetime(told[name])
        found = cls(**told)
        found.body = body
        return found

    @property
    def is_under_way(self) -> bool:
        """As `SendingQuerySet.under_way`."""
        return self.stage not in self.STOPPED and self.status != "closed"

    @property
    def tone(self) -> str:
        """The tone of its tag."""
        return {"sent": "done", "refused": "late", "uncertain": "late", "dropped": "neutral"}.get(self.stage, "waiting")
