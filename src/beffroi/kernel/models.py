"""The kernel's tables: accounts, journal and its seals, search index, outbox, preferences, jobs' traces."""

import uuid

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils import timezone

from beffroi.kernel.hook_models import HookDelivery, Webhook
from beffroi.kernel.users import User, UserManager

__all__ = [
    "Delivery",
    "Entry",
    "Heartbeat",
    "HookDelivery",
    "IndicatorMonth",
    "NoticePreference",
    "PushSubscription",
    "QuietHours",
    "RateCount",
    "RetentionRun",
    "Seal",
    "SearchEntry",
    "User",
    "UserManager",
    "Webhook",
]


class Entry(models.Model):
    """One line of the journal: who did what to which object, and when. Append-only, by the database itself."""

    at = models.DateTimeField("date", default=timezone.now, editable=False)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    verb = models.CharField("action", max_length=80)
    target_type = models.ForeignKey("contenttypes.ContentType", on_delete=models.PROTECT, related_name="+")
    target_id = models.PositiveBigIntegerField("objet")
    target = GenericForeignKey("target_type", "target_id")
    data = models.JSONField("données", default=dict)

    class Meta:
        verbose_name = "ligne du journal"
        verbose_name_plural = "journal"
        indexes = [
            models.Index(fields=["target_type", "target_id", "id"], name="entry_target"),
            models.Index(fields=["verb", "at"], name="entry_verb"),
            models.Index(fields=["at"], name="entry_at"),
            models.Index(fields=["actor", "-id"], name="entry_actor"),
        ]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb}"


class Seal(models.Model):
    """The digest of one day of the journal, chained to the day before: proof that no line was altered."""

    day = models.DateField("jour", unique=True)
    first_id = models.BigIntegerField("première ligne", null=True)
    last_id = models.BigIntegerField("dernière ligne", null=True)
    count = models.PositiveIntegerField("nombre de lignes")
    previous = models.CharField("empreinte du sceau précédent", max_length=64)
    digest = models.CharField("empreinte", max_length=64)
    sealed_at = models.DateTimeField("scellé le", auto_now_add=True)

    class Meta:
        verbose_name = "sceau du journal"
        verbose_name_plural = "sceaux du journal"
        ordering = ["day"]

    def __str__(self):
        return f"{self.day} {self.digest[:12]}"


class SearchEntry(models.Model):
    """One object as the search box sees it, with who may see it.

    `public` = everyone; else those who hold `permission` in `organisation_id` (null = in any), who pass `gate`, or
    are `owner`.
    """

    target_type = models.ForeignKey("contenttypes.ContentType", on_delete=models.CASCADE, related_name="+")
    target_id = models.PositiveBigIntegerField()
    source = models.CharField(max_length=80)
    title = models.CharField(max_length=300)
    text = models.TextField(blank=True)
    url = models.CharField(max_length=300)
    public = models.BooleanField(default=False)
    permission = models.CharField(max_length=80, blank=True)
    organisation_id = models.BigIntegerField(null=True)
    gate = models.CharField(max_length=40, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    weight = models.FloatField(default=1.0)
    date = models.DateField(null=True)
    indexed_at = models.DateTimeField(default=timezone.now)
    vector = SearchVectorField(null=True)

    class Meta:
        verbose_name = "entrée de recherche"
        verbose_name_plural = "index de recherche"
        constraints = [
            models.UniqueConstraint(fields=["target_type", "target_id", "source"], name="search_entry_unique")
        ]
        indexes = [
            GinIndex(fields=["vector"], name="search_vector"),
            models.Index(fields=["source", "indexed_at"], name="search_source"),
        ]

    def __str__(self):
        return self.title


class NoticePreference(models.Model):
    """How one person wants to be told of one category of notices; no line = the defaults."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_preferences")
    category = models.CharField("catégorie", max_length=60)
    email = models.BooleanField("courriel", default=True)
    sms = models.BooleanField("SMS", default=False)
    push = models.BooleanField("notification sur l’appareil", default=True)

    class Meta:
        verbose_name = "préférence d’avis"
        verbose_name_plural = "préférences d’avis"
        constraints = [models.UniqueConstraint(fields=["user", "category"], name="notice_preference_unique")]

    def __str__(self):
        return self.category


class QuietHours(models.Model):
    """When a person does not want to be disturbed by SMS or push; urgent notices pass."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="quiet_hours")
    start = models.TimeField("à partir de")
    end = models.TimeField("jusqu’à")

    class Meta:
        verbose_name = "heures calmes"
        verbose_name_plural = "heures calmes"

    def __str__(self):
        return f"{self.start:%H:%M}–{self.end:%H:%M}"


class PushSubscription(models.Model):
    """A browser that accepted notifications (Web Push, RFC 8030)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="push_subscriptions")
    endpoint = models.URLField("adresse", max_length=1000, unique=True)
    p256dh = models.CharField(max_length=200)
    auth = models.CharField(max_length=100)
    label = models.CharField("appareil", max_length=120, blank=True)
    created_at = models.DateTimeField("ajouté le", auto_now_add=True)

    class Meta:
        verbose_name = "appareil abonné"
        verbose_name_plural = "appareils abonnés"

    def __str__(self):
        return self.label or "appareil"


class Delivery(models.Model):
    """One message to one person by one channel: the outbox. `key` makes a second identical message impossible.

    States: waiting → sending → sent; refused (will not be tried again), uncertain (the process died while sending:
    never sent a second time by itself, shown to the administrator). `urgent` passes through quiet hours; `ephemeral`
    = the text (a secret code) is wiped as soon as it has left; `unsubscribe` is the link that stops such messages.
    """

    class Channel(models.TextChoices):
        EMAIL = "email", "courriel"
        SMS = "sms", "SMS"
        PUSH = "push", "notification"
        INAPP = "inapp", "dans Beffroi"

    class State(models.TextChoices):
        WAITING = "waiting", "en attente"
        SENDING = "sending", "envoi en cours"
        SENT = "sent", "envoyé"
        REFUSED = "refused", "refusé"
        UNCERTAIN = "uncertain", "incertain"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=200, unique=True)
    entry = models.ForeignKey(Entry, null=True, on_delete=models.PROTECT, related_name="deliveries")
    channel = models.CharField("canal", max_length=8, choices=Channel)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="deliveries")
    address = models.CharField("adresse", max_length=254, blank=True)
    category = models.CharField("catégorie", max_length=60, blank=True)
    subject = models.CharField("objet", max_length=250)
    body = models.TextField("texte", blank=True)
    url = models.CharField("lien", max_length=300, blank=True)
    unsubscribe = models.CharField("lien de désabonnement", max_length=300, blank=True)
    urgent = models.BooleanField("urgent", default=False)
    ephemeral = models.BooleanField("texte effacé après l’envoi", default=False)
    state = models.CharField("état", max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    not_before = models.DateTimeField("pas avant", null=True)
    claimed_at = models.DateTimeField("envoi commencé le", null=True)
    error = models.CharField("erreur", max_length=300, blank=True)
    created_at = models.DateTimeField("créé le", auto_now_add=True)
    sent_at = models.DateTimeField("envoyé le", null=True)
    read_at = models.DateTimeField("lu le", null=True)

    class Meta:
        verbose_name = "message"
        verbose_name_plural = "messages"
        indexes = [
            models.Index(fields=["state", "not_before"], name="delivery_due"),
            models.Index(fields=["user", "channel", "-created_at"], name="delivery_user"),
            models.Index(
                fields=["user"],
                condition=models.Q(channel="inapp", read_at__isnull=True),
                name="delivery_unread",
            ),
            models.Index(fields=["created_at"], name="delivery_created"),
        ]

    def __str__(self):
        return self.subject


class Heartbeat(models.Model):
    """When a recurring thing (worker, nightly seal, backup…) was last seen working."""

    name = models.CharField("nom", max_length=60, primary_key=True)
    at = models.DateTimeField("date")
    detail = models.CharField("détail", max_length=300, blank=True)

    class Meta:
        verbose_name = "battement"
        verbose_name_plural = "battements"

    def __str__(self):
        return self.name


class IndicatorMonth(models.Model):
    """The value of an indicator over one month, as it was last computed; None = no data for that month."""

    code = models.CharField("indicateur", max_length=80)
    month = models.DateField("premier jour du mois")
    value = models.DecimalField("valeur", max_digits=18, decimal_places=4, null=True)
    computed_at = models.DateTimeField("calculé le", default=timezone.now)

    class Meta:
        verbose_name = "valeur mensuelle d’un indicateur"
        verbose_name_plural = "valeurs mensuelles des indicateurs"
        constraints = [models.UniqueConstraint(fields=["code", "month"], name="indicator_month_unique")]

    def __str__(self):
        return f"{self.code} {self.month:%Y-%m}"


class RetentionRun(models.Model):
    """One application of one retention rule: how many objects were due, treated, and in fault.

    `faults` holds at most 20 {"id", "error"}: the number of the object and the kind of the error, nothing personal.
    """

    rule = models.CharField("règle", max_length=80)
    started_at = models.DateTimeField("commencée le", default=timezone.now)
    ended_at = models.DateTimeField("terminée le", null=True)
    due = models.PositiveIntegerField("objets arrivés à échéance", default=0)
    done = models.PositiveIntegerField("objets traités", default=0)
    failed = models.PositiveIntegerField("objets en échec", default=0)
    faults = models.JSONField("échecs", default=list)

    class Meta:
        verbose_name = "passage d’une règle de conservation"
        verbose_name_plural = "passages des règles de conservation"
        indexes = [models.Index(fields=["rule", "-started_at"], name="retention_run_rule")]

    def __str__(self):
        return self.rule


class RateCount(models.Model):
    """How many times a thing was done in a window of time, by a digest of who did it (see `limits`)."""

    key = models.CharField(max_length=64)
    window_start = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        verbose_name = "compte de débit"
        verbose_name_plural = "comptes de débit"
        constraints = [models.UniqueConstraint(fields=["key", "window_start"], name="rate_count_unique")]
        indexes = [models.Index(fields=["window_start"], name="rate_count_window")]

    def __str__(self):
        return f"{self.count}"
