"""What the database itself enforces: an append-only journal, French search without accents, the shared cache."""

from django.db import migrations

EXTENSIONS = """
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gist;
"""

FOLD = """
CREATE OR REPLACE FUNCTION kernel_fold(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN lower(public.unaccent('public.unaccent'::regdictionary, value));
"""

APPEND_ONLY = """
CREATE FUNCTION kernel_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' AND current_setting('beffroi.journal_truncate', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'Le journal ne se modifie pas : % refusé sur %', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER kernel_entry_append_only BEFORE UPDATE OR DELETE ON kernel_entry
    FOR EACH ROW EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER kernel_entry_keep BEFORE TRUNCATE ON kernel_entry
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER kernel_seal_append_only BEFORE UPDATE OR DELETE ON kernel_seal
    FOR EACH ROW EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER kernel_seal_keep BEFORE TRUNCATE ON kernel_seal
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();
"""

SEARCH = """
CREATE TEXT SEARCH CONFIGURATION beffroi_fr (COPY = french);
ALTER TEXT SEARCH CONFIGURATION beffroi_fr
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, french_stem;
CREATE FUNCTION kernel_search_vector() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.vector := setweight(to_tsvector('public.beffroi_fr', NEW.title), 'A')
        || setweight(to_tsvector('public.beffroi_fr', NEW.text), 'C');
    RETURN NEW;
END $$;
CREATE TRIGGER kernel_search_vector BEFORE INSERT OR UPDATE OF title, text ON kernel_searchentry
    FOR EACH ROW EXECUTE FUNCTION kernel_search_vector();
CREATE INDEX search_title_trigram ON kernel_searchentry USING gin (kernel_fold(title) gin_trgm_ops);
"""

CACHE = """
CREATE TABLE kernel_cache (
    cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL
);
CREATE INDEX kernel_cache_expires ON kernel_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]
    operations = [
        migrations.RunSQL(EXTENSIONS, migrations.RunSQL.noop),
        migrations.RunSQL(FOLD, "DROP FUNCTION kernel_fold(text)"),
        migrations.RunSQL(APPEND_ONLY, "DROP FUNCTION kernel_append_only() CASCADE"),
        migrations.RunSQL(
            SEARCH,
            "DROP FUNCTION kernel_search_vector() CASCADE; DROP TEXT SEARCH CONFIGURATION beffroi_fr;",
        ),
        migrations.RunSQL(CACHE, "DROP TABLE kernel_cache"),
    ]
