"""What the database itself enforces and computes: the words of a document, and that a hold forbids to delete."""

from django.db import migrations

# The name weighs most, then sender, tags and fields, then the text; each word by its stem and whole (see kernel_query).
VECTOR = """
CREATE FUNCTION documents_vector(name text, words text, body text) RETURNS tsvector
LANGUAGE sql STABLE PARALLEL SAFE
RETURN setweight(to_tsvector('public.beffroi_fr', public.kernel_words(name)), 'A')
    || setweight(to_tsvector('public.beffroi_exact', public.kernel_words(name)), 'A')
    || setweight(to_tsvector('public.beffroi_fr', public.kernel_words(words)), 'B')
    || setweight(to_tsvector('public.beffroi_exact', public.kernel_words(words)), 'B')
    || setweight(to_tsvector('public.beffroi_fr', public.kernel_words(body)), 'C')
    || setweight(to_tsvector('public.beffroi_exact', public.kernel_words(body)), 'D');
"""

NAMES = "CREATE INDEX document_name_trigram ON documents_document USING gin (kernel_fold(name) gin_trgm_ops)"

HOLD = """
CREATE FUNCTION documents_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.held THEN
        RAISE EXCEPTION 'Un gel interdit de supprimer %', OLD.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER documents_document_hold BEFORE DELETE ON documents_document
    FOR EACH ROW EXECUTE FUNCTION documents_hold();
CREATE TRIGGER documents_folder_hold BEFORE DELETE ON documents_folder
    FOR EACH ROW EXECUTE FUNCTION documents_hold();
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial"), ("kernel", "0005_search_words")]
    operations = [
        migrations.RunSQL(VECTOR, "DROP FUNCTION documents_vector(text, text, text)"),
        migrations.RunSQL(NAMES, "DROP INDEX document_name_trigram"),
        migrations.RunSQL(HOLD, "DROP FUNCTION documents_hold() CASCADE"),
    ]
