"""Sticky notes on the pages: beside the document, never in it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from beffroi.shared.signing.models.desk import Desk
from beffroi.shared.signing.models.folder import Folder


class AnnotationQuerySet(models.QuerySet):
    def readable_by(self, user, desks):
        """The public ones, and the private ones of the person and of their desks."""
        return self.filter(Q(is_private=False) | Q(author=user) | Q(desk__in=list(desks)))


class Annotation(models.Model):
    """A note placed on a page of a document of the folder. `x` and `y` in thousandths of the page from its upper left
    corner. A private one is read by its author and by the desk. `position` = the rank of the circuit when it was
    written: it is changed by its author as long as the folder has not gone further."""

    folder = models.ForeignKey(Folder, on_delete=models.CASCADE, related_name="annotations")
    sha256 = models.CharField("document annoté", max_length=64)
    page = models.PositiveSmallIntegerField("page")
    x = models.PositiveSmallIntegerField("place en largeur, en millièmes")
    y = models.PositiveSmallIntegerField("place en hauteur, en millièmes")
    text = models.CharField("note", max_length=500)
    is_private = models.BooleanField("pour mon bureau seulement", default=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    desk = models.ForeignKey(Desk, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField("rang du circuit")
    created_at = models.DateTimeField("écrite le", default=timezone.now)
    client_uuid = models.UUIDField(null=True, blank=True, unique=True)

    objects = AnnotationQuerySet.as_manager()

    class Meta:
        verbose_name = "annotation"
        verbose_name_plural = "annotations"
        ordering = ["page", "y", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(x__lte=1000, y__lte=1000, page__gte=1), name="annotation_place")
        ]

    def __str__(self):
        return f"page {self.page}"
