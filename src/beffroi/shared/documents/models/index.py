"""The full-text index of the documents: one narrow line for each, apart from what the lists read."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from beffroi.shared.documents.models.document import Document


class SearchLine(models.Model):
    """What a search reads and counts. `family` = the kind of file; `day` = its date, or that of its arrival; `year` of
    that day. Written by `indexing.refresh` only; no line for what is in the trash."""

    document = models.OneToOneField(Document, primary_key=True, on_delete=models.CASCADE, related_name="line")
    fence_id = models.BigIntegerField()
    space_id = models.BigIntegerField()
    series_id = models.BigIntegerField(null=True)
    kind_id = models.BigIntegerField(null=True)
    family = models.CharField(max_length=10)
    state = models.CharField(max_length=12)
    day = models.DateField()
    year = models.SmallIntegerField()
    vector = SearchVectorField(null=True)

    class Meta:
        verbose_name = "ligne de l’index des documents"
        verbose_name_plural = "index des documents"
        indexes = [
            GinIndex(fields=["vector"], name="document_line_vector", fastupdate=False),
            models.Index(fields=["fence_id", "-day"], name="document_line_fence"),
        ]

    def __str__(self):
        return f"ligne {self.pk}"
