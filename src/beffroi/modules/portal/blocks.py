"""What an editor may put in a page: few blocks, each accessible whatever is written in it."""

from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

FEATURES = ["bold", "italic", "ol", "ul", "link", "document-link"]


class Text(blocks.RichTextBlock):
    def __init__(self, **options):
        super().__init__(features=FEATURES, **options)


class PictureBlock(blocks.StructBlock):
    image = ImageChooserBlock(label="Image")
    alt = blocks.CharBlock(
        label="Ce que montre l’image",
        required=False,
        max_length=200,
        help_text="Lu aux personnes qui ne voient pas l’image. Laissez vide si elle ne fait que décorer.",
    )
    caption = blocks.CharBlock(label="Légende et crédit", required=False, max_length=200)

    class Meta:
        icon = "image"
        label = "Image"
        template = "portal/blocks/picture.html"


class CalloutBlock(blocks.StructBlock):
    tone = blocks.ChoiceBlock(
        label="Ton",
        choices=[
            ("neutral", "Bon à savoir"),
            ("waiting", "Attention"),
            ("late", "Important"),
            ("done", "Bonne nouvelle"),
        ],
        default="neutral",
    )
    title = blocks.CharBlock(label="Titre", max_length=100)
    text = Text(label="Texte")

    class Meta:
        icon = "info-circle"
        label = "Encadré"
        template = "portal/blocks/callout.html"


class TitledText(blocks.StructBlock):
    title = blocks.CharBlock(label="Titre", max_length=120)
    text = Text(label="Texte")


class StepsBlock(blocks.StructBlock):
    steps = blocks.ListBlock(TitledText(label="Étape"), label="Étapes", min_num=2)

    class Meta:
        icon = "list-ol"
        label = "Étapes à suivre"
        template = "portal/blocks/steps.html"


class AccordionBlock(blocks.StructBlock):
    items = blocks.ListBlock(TitledText(label="Question"), label="Questions", min_num=1)

    class Meta:
        icon = "list-ul"
        label = "Questions et réponses"
        template = "portal/blocks/accordion.html"


class FileBlock(blocks.StructBlock):
    document = DocumentChooserBlock(label="Document")
    label = blocks.CharBlock(label="Nom affiché", required=False, max_length=150)


class FilesBlock(blocks.StructBlock):
    files = blocks.ListBlock(FileBlock(label="Document"), label="Documents", min_num=1)

    class Meta:
        icon = "doc-full"
        label = "Documents à télécharger"
        template = "portal/blocks/files.html"


class VideoBlock(blocks.StructBlock):
    """A link, never a player of another site: nobody is followed before having chosen to go there."""

    title = blocks.CharBlock(label="Titre de la vidéo", max_length=150)
    url = blocks.URLBlock(label="Adresse de la vidéo")
    length = blocks.CharBlock(label="Durée", required=False, max_length=20)
    transcript = blocks.TextBlock(
        label="Transcription", help_text="Tout ce qui est dit et montré, pour qui ne peut ni voir ni entendre la vidéo."
    )

    class Meta:
        icon = "media"
        label = "Vidéo (lien)"
        template = "portal/blocks/video.html"


class TableBlock(blocks.StructBlock):
    caption = blocks.CharBlock(label="Ce que montre le tableau", max_length=150)
    table = TypedTableBlock(
        [
            ("text", blocks.CharBlock(required=False, label="Texte")),
            ("rich", Text(required=False, label="Texte riche")),
        ],
        label="Tableau",
    )

    class Meta:
        icon = "table"
        label = "Tableau"
        template = "portal/blocks/table.html"


class HeadingBlock(blocks.StructBlock):
    level = blocks.ChoiceBlock(label="Rang", choices=[("2", "Titre"), ("3", "Sous-titre")], default="2")
    text = blocks.CharBlock(label="Texte", max_length=120)

    class Meta:
        icon = "title"
        label = "Titre"
        template = "portal/blocks/heading.html"


class ContentStream(blocks.StreamBlock):
    heading = HeadingBlock()
    text = Text(label="Texte", icon="pilcrow", template="portal/blocks/text.html")
    picture = PictureBlock()
    callout = CalloutBlock()
    steps = StepsBlock()
    accordion = AccordionBlock()
    files = FilesBlock()
    video = VideoBlock()
    table = TableBlock()
