from django.db import models
from django.urls import reverse

from beffroi.modules.portal.models.publication import Publication, PublicationQuerySet, Theme


class News(Publication):
    """A piece of news; `commune` empty = for the whole territory. `body` is light Markdown."""

    commune = models.ForeignKey(
        "organisations.Commune", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    theme = models.CharField("thème", max_length=16, choices=Theme)
    summary = models.CharField("en deux phrases", max_length=280)
    body = models.TextField("texte", blank=True, max_length=20_000)
    photo = models.ForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name="photo"
    )
    photo_alt = models.CharField("ce que montre la photo", max_length=200, blank=True)

    objects = PublicationQuerySet.as_manager()
    kind, kind_label = "actualite", "Actualité"

    class Meta:
        verbose_name = "actualité"
        verbose_name_plural = "actualités"
        ordering = ["-publish_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "-publish_at"], name="news_shown"),
            models.Index(fields=["commune", "-publish_at"], name="news_commune"),
            models.Index(fields=["organisation", "-updated_at"], name="news_desk"),
        ]

    def get_absolute_url(self):
        return reverse("portal:news", args=[self.slug])
