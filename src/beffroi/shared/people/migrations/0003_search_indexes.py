"""Finding a person by a name that is mistyped, or by some digits of a telephone."""

from django.db import migrations

INDEXES = """
CREATE INDEX people_person_fold ON people_person USING gin (kernel_words(first_name || ' ' || last_name) gin_trgm_ops);
CREATE INDEX people_person_digits ON people_person USING gin (replace(phone, ' ', '') gin_trgm_ops);
CREATE INDEX people_person_address ON people_person (lower(email));

CREATE FUNCTION people_near_names(typed text) RETURNS SETOF bigint
LANGUAGE sql STABLE STRICT
SET pg_trgm.word_similarity_threshold = 0.5
AS $$
    SELECT id FROM public.people_person
    WHERE typed <% public.kernel_words(first_name || ' ' || last_name)
$$;
"""
FORGET = """
DROP FUNCTION people_near_names(text);
DROP INDEX people_person_fold, people_person_digits, people_person_address;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0002_contacts_households_mandates"), ("kernel", "0005_search_words")]
    operations = [migrations.RunSQL(INDEXES, FORGET)]
