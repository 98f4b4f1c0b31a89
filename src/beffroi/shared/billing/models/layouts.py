"""How a body wants the file that another accounting software reads."""

from django.db import models
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel import access
from beffroi.shared.billing.access import VIEW


class AccountingLayoutQuerySet(models.QuerySet):
    def visible_to(self, user, permission=VIEW):
        """Those of the bodies in which `user` has the permission."""
        allowed = access.organisations_where(user, permission)
        return self if allowed is None else self.filter(organisation__in=allowed)


class AccountingLayout(models.Model):
    """The columns of a file and how it is written; `columns` is read by `layouts.columns_of`.

    `content` = what one line of the file is: an invoice, a line of an invoice, or a side of a posting.
    """

    class Content(models.TextChoices):
        TITLES = "titles", "Une ligne par facture ou avoir"
        LINES = "lines", "Une ligne par ligne de facture"
        POSTINGS = "postings", "Une ligne par débit ou crédit des comptes"

    class Separator(models.TextChoices):
        SEMICOLON = ";", "Point-virgule"
        COMMA = ",", "Virgule"
        TAB = "tab", "Tabulation"
        BAR = "|", "Barre verticale"

    class Quoting(models.TextChoices):
        NEEDED = "needed", "Guillemets quand il le faut"
        ALL = "all", "Guillemets partout"
        NONE = "none", "Jamais de guillemets"

    class Encoding(models.TextChoices):
        UTF8 = "utf-8", "UTF-8"
        UTF8_MARK = "utf-8-sig", "UTF-8 avec marque (Excel)"
        WINDOWS = "cp1252", "Windows-1252 (ANSI)"
        LATIN9 = "iso-8859-15", "ISO-8859-15"
        LATIN1 = "iso-8859-1", "ISO-8859-1"

    class Ending(models.TextChoices):
        WINDOWS = "crlf", "Windows (CR LF)"
        UNIX = "lf", "Unix (LF)"

    class Dates(models.TextChoices):
        FRENCH = "%d/%m/%Y", "31/12/2026"
        ISO = "%Y-%m-%d", "2026-12-31"
        PACKED = "%Y%m%d", "20261231"
        FRENCH_PACKED = "%d%m%Y", "31122026"
        SHORT = "%d%m%y", "311226"

    class Amounts(models.TextChoices):
        COMMA = "comma", "12,50"
        POINT = "point", "12.50"
        CENTS = "cents", "1250 (centimes)"

    class Extension(models.TextChoices):
        CSV = "csv", ".csv"
        TXT = "txt", ".txt"

    organisation = models.ForeignKey(
        "organisations.Organisation",
        verbose_name="organisme",
        on_delete=models.CASCADE,
        related_name="accounting_layouts",
    )
    name = models.CharField("nom", max_length=80)
    content = models.CharField("contenu", max_length=8, choices=Content, default=Content.TITLES)
    columns = models.TextField("colonnes", max_length=8000)
    separator = models.CharField("séparateur", max_length=3, choices=Separator, default=Separator.SEMICOLON)
    quoting = models.CharField("guillemets", max_length=6, choices=Quoting, default=Quoting.NEEDED)
    header = models.BooleanField("ligne d’en-tête", default=True)
    encoding = models.CharField("encodage", max_length=11, choices=Encoding, default=Encoding.UTF8_MARK)
    ending = models.CharField("fin de ligne", max_length=4, choices=Ending, default=Ending.WINDOWS)
    dates = models.CharField("dates", max_length=8, choices=Dates, default=Dates.FRENCH)
    amounts = models.CharField("montants", max_length=5, choices=Amounts, default=Amounts.COMMA)
    extension = models.CharField("nom du fichier en", max_length=3, choices=Extension, default=Extension.CSV)
    updated_at = models.DateTimeField("réglé le", default=timezone.now)

    objects = AccountingLayoutQuerySet.as_manager()

    class Meta:
        verbose_name = "format d’export comptable"
        verbose_name_plural = "formats d’export comptable"
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="accounting_layout_name")]

    def __str__(self):
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("billing:layout", args=[self.pk])

    @property
    def mark(self) -> str:
        """What stands between two columns."""
        return "\t" if self.separator == self.Separator.TAB else self.separator

    @property
    def end_of_line(self) -> str:
        return "\r\n" if self.ending == self.Ending.WINDOWS else "\n"
