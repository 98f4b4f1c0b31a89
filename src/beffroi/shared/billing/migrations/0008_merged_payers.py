"""An invoice and a payment follow their payer into the file in which theirs was merged; nothing of them changes."""

from django.db import migrations

FORWARD = """
-- Two files of one person became one: what belonged to the first belongs to the second, and to no other.
CREATE OR REPLACE FUNCTION billing_file_was_merged(old_payer bigint, new_payer bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT 1 FROM people_person WHERE id = old_payer AND merged_into_id = new_payer)
$$;

CREATE OR REPLACE FUNCTION billing_invoice_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  kept text[] := ARRAY['paid'];
BEGIN
  IF OLD.issued_on < current_date - interval '10 years' THEN
    kept := kept || ARRAY['payer_name', 'payer_address'];
  END IF;
  IF NEW.payer_id IS DISTINCT FROM OLD.payer_id AND billing_file_was_merged(OLD.payer_id, NEW.payer_id) THEN
    kept := kept || ARRAY['payer_id'];
  END IF;
  IF to_jsonb(OLD) - kept IS DISTINCT FROM to_jsonb(NEW) - kept THEN
    RAISE EXCEPTION 'an invoice is never changed: write a credit note' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.paid IS DISTINCT FROM OLD.paid AND NEW.paid <>
     (SELECT coalesce(sum(amount), 0) FROM billing_allocation WHERE invoice_id = NEW.id) THEN
    RAISE EXCEPTION 'what is settled is the sum of the allocations' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION billing_payment_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  kept text[] := ARRAY['used'];
BEGIN
  IF OLD.day < current_date - interval '10 years' THEN
    kept := kept || ARRAY['payer_name', 'reference', 'bank'];
  END IF;
  IF NEW.payer_id IS DISTINCT FROM OLD.payer_id AND billing_file_was_merged(OLD.payer_id, NEW.payer_id) THEN
    kept := kept || ARRAY['payer_id'];
  END IF;
  IF to_jsonb(OLD) - kept IS DISTINCT FROM to_jsonb(NEW) - kept THEN
    RAISE EXCEPTION 'a payment is never changed: reverse it' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.used IS DISTINCT FROM OLD.used AND NEW.used <>
     (SELECT coalesce(sum(amount), 0) FROM billing_allocation WHERE payment_id = NEW.id)
     - (SELECT coalesce(sum(amount), 0) FROM billing_payment WHERE origin_id = NEW.id) THEN
    RAISE EXCEPTION 'what is used is what settles invoices and what was given back' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
"""

BACKWARD = """
CREATE OR REPLACE FUNCTION billing_file_was_merged(old_payer bigint, new_payer bigint) RETURNS boolean
  LANGUAGE sql STABLE AS $$ SELECT false $$;
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0007_debit_notice"), ("people", "0005_erasure")]
    # Backward, no payer may change any more, which is what the two triggers said before.
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
