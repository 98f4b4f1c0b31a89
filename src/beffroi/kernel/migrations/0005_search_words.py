"""A journal that nothing can empty, and a search that forgives: whole words beside stems, near words, near titles."""

from django.db import migrations

APPEND_ONLY = """
CREATE OR REPLACE FUNCTION kernel_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Le journal ne se modifie pas : % refusé sur %', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""

WORDS = """
CREATE FUNCTION kernel_words(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN trim(regexp_replace(
    regexp_replace(regexp_replace(public.kernel_fold(value), '[^[:alnum:]]+', ' ', 'g'), '\\mst\\M', 'saint', 'g'),
    '\\mste\\M', 'sainte', 'g'));

CREATE TEXT SEARCH CONFIGURATION beffroi_exact (COPY = simple);

CREATE OR REPLACE FUNCTION kernel_search_vector() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    title text := public.kernel_words(NEW.title);
    body text := public.kernel_words(left(NEW.text, 100000));
BEGIN
    NEW.vector := setweight(to_tsvector('public.beffroi_fr', title), 'A')
        || setweight(to_tsvector('public.beffroi_exact', title), 'B')
        || setweight(to_tsvector('public.beffroi_fr', body), 'C')
        || setweight(to_tsvector('public.beffroi_exact', body), 'D');
    RETURN NEW;
END $$;
UPDATE kernel_searchentry SET title = title;
"""

# What people type: every word by its stem or whole; the last one may be unfinished; words that mean nothing are left.
QUERY = """
CREATE FUNCTION kernel_query(typed text, unfinished boolean) RETURNS tsquery
LANGUAGE plpgsql STABLE PARALLEL SAFE STRICT AS $$
DECLARE
    words text[] := (string_to_array(public.kernel_words(typed), ' '))[1:8];
    last integer := coalesce(array_length(words, 1), 0);
    found tsquery;
    word text;
    one tsquery;
BEGIN
    FOR i IN 1 .. last LOOP
        word := quote_literal(words[i]);
        CONTINUE WHEN words[i] = '';
        one := to_tsquery('public.beffroi_fr', word);
        CONTINUE WHEN numnode(one) = 0 AND last > 1;
        one := one || to_tsquery('public.beffroi_exact', word || CASE WHEN unfinished AND i = last THEN ':*' ELSE '' END);
        found := CASE WHEN found IS NULL THEN one ELSE found && one END;
    END LOOP;
    RETURN coalesce(found, ''::tsquery);
END $$;
"""

# The words of public pages only: a near word must not betray what a private file holds.
NEAR = """
CREATE TABLE kernel_searchword (word text PRIMARY KEY);
CREATE INDEX search_word_trigram ON kernel_searchword USING gin (word gin_trgm_ops);

CREATE FUNCTION kernel_learn_words() RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    learnt integer;
BEGIN
    DELETE FROM kernel_searchword;
    INSERT INTO kernel_searchword
    SELECT word FROM ts_stat('SELECT vector FROM public.kernel_searchentry WHERE public', 'bd')
    WHERE length(word) BETWEEN 4 AND 40 AND word ~ '^[[:alpha:]]+$';
    GET DIAGNOSTICS learnt = ROW_COUNT;
    RETURN learnt;
END $$;

CREATE FUNCTION kernel_near_query(typed text) RETURNS tsquery
LANGUAGE plpgsql STABLE STRICT
SET pg_trgm.similarity_threshold = 0.35 AS $$
DECLARE
    found tsquery;
    asked text;
    near text;
    one tsquery;
BEGIN
    FOREACH asked IN ARRAY (string_to_array(public.kernel_words(typed), ' '))[1:8] LOOP
        CONTINUE WHEN asked = '' OR numnode(to_tsquery('public.beffroi_fr', quote_literal(asked))) = 0;
        one := public.kernel_query(asked, true);
        FOR near IN
            SELECT known.word FROM public.kernel_searchword known WHERE length(asked) > 3 AND known.word % asked
            ORDER BY similarity(known.word, asked) DESC, known.word LIMIT 4
        LOOP
            one := one || to_tsquery('public.beffroi_exact', quote_literal(near));
        END LOOP;
        found := CASE WHEN found IS NULL THEN one ELSE found && one END;
    END LOOP;
    RETURN coalesce(found, ''::tsquery);
END $$;

CREATE FUNCTION kernel_near_titles(typed text) RETURNS SETOF bigint
LANGUAGE sql STABLE STRICT
SET pg_trgm.word_similarity_threshold = 0.5
AS $$
    SELECT id FROM public.kernel_searchentry
    WHERE length(public.kernel_words(typed)) > 3 AND public.kernel_words(typed) <% public.kernel_fold(title)
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0004_services")]
    operations = [
        migrations.RunSQL(APPEND_ONLY, migrations.RunSQL.noop),
        migrations.RunSQL(WORDS, "DROP FUNCTION kernel_words(text); DROP TEXT SEARCH CONFIGURATION beffroi_exact;"),
        migrations.RunSQL(QUERY, "DROP FUNCTION kernel_query(text, boolean)"),
        migrations.RunSQL(
            NEAR,
            "DROP FUNCTION kernel_near_titles(text); DROP FUNCTION kernel_near_query(text);"
            " DROP FUNCTION kernel_learn_words(); DROP TABLE kernel_searchword;",
        ),
    ]
