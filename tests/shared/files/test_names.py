import pytest

from beffroi.shared.files.names import LIMIT, safe_name


@pytest.mark.parametrize(
    ("given", "mime", "kept"),
    [
        ("Photo de l’école.JPEG", "image/jpeg", "Photo de l’école.jpeg"),
        ("IMG_0412.HEIC", "image/jpeg", "IMG_0412.jpg"),
        ("C:\\Users\\moi\\devis.pdf", "application/pdf", "devis.pdf"),
        ("../../etc/passwd", "text/plain", "passwd.txt"),
        ("facture.exe", "application/pdf", "facture.pdf"),
        ("Lettre de M. Caudron", "application/pdf", "Lettre de M. Caudron.pdf"),
        ("fdp\u202egpj.pdf", "application/pdf", "fdpgpj.pdf"),
        ("deux\nlignes\x00.txt", "text/plain", "deux lignes.txt"),
        ("comptes.csv", "text/plain", "comptes.csv"),
        ("", "image/png", "fichier.png"),
        ("....", "image/png", "fichier.png"),
        (".jpg", "image/jpeg", "fichier.jpg"),
    ],
)
def test_safe_name_keeps_the_words_and_tells_the_real_type(given, mime, kept):
    assert safe_name(given, mime) == kept


def test_safe_name_is_never_too_long():
    assert len(safe_name("a" * 900 + ".pdf", "application/pdf")) == LIMIT + 4
