"""What the database itself holds: numbers without gap, invoices and accounts that nobody alters, sums that agree."""

from django.db import migrations

FORWARD = """
-- Nothing of these tables is ever deleted; what may change is named column by column.
CREATE FUNCTION billing_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is never changed nor deleted: write the opposite', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER billing_kept BEFORE UPDATE OR DELETE ON billing_invoiceline FOR EACH ROW EXECUTE FUNCTION billing_is_kept();
CREATE TRIGGER billing_kept BEFORE UPDATE OR DELETE ON billing_posting FOR EACH ROW EXECUTE FUNCTION billing_is_kept();
CREATE TRIGGER billing_kept BEFORE UPDATE OR DELETE ON billing_leg FOR EACH ROW EXECUTE FUNCTION billing_is_kept();
CREATE TRIGGER billing_kept BEFORE UPDATE OR DELETE ON billing_allocation FOR EACH ROW EXECUTE FUNCTION billing_is_kept();
CREATE TRIGGER billing_kept BEFORE DELETE ON billing_invoice FOR EACH ROW EXECUTE FUNCTION billing_is_kept();
CREATE TRIGGER billing_kept BEFORE DELETE ON billing_payment FOR EACH ROW EXECUTE FUNCTION billing_is_kept();
CREATE TRIGGER billing_kept BEFORE DELETE ON billing_counter FOR EACH ROW EXECUTE FUNCTION billing_is_kept();

CREATE TRIGGER billing_kept BEFORE UPDATE OR DELETE ON billing_closing FOR EACH ROW EXECUTE FUNCTION billing_is_kept();
CREATE TRIGGER billing_kept BEFORE UPDATE OR DELETE ON billing_deposit FOR EACH ROW EXECUTE FUNCTION billing_is_kept();
CREATE TRIGGER billing_kept BEFORE UPDATE OR DELETE ON billing_deposititem FOR EACH ROW EXECUTE FUNCTION billing_is_kept();

-- A closed day takes no more money at the counter.
CREATE FUNCTION billing_day_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.method IN ('cash', 'cheque', 'cesu', 'ancv', 'card') THEN
    -- Waits for a closing under way, and makes the next one wait.
    PERFORM 1 FROM billing_regie WHERE id = NEW.regie_id FOR SHARE;
    IF EXISTS (SELECT 1 FROM billing_closing WHERE regie_id = NEW.regie_id AND day >= NEW.day) THEN
      RAISE EXCEPTION 'this day is closed' USING ERRCODE = 'check_violation';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER billing_day_is_open BEFORE INSERT ON billing_payment
  FOR EACH ROW EXECUTE FUNCTION billing_day_is_open();

-- An invoice: only what is settled changes, and it is what the allocations say; the payer is erased after ten years.
CREATE FUNCTION billing_invoice_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  kept text[] := ARRAY['paid'];
BEGIN
  IF OLD.issued_on < current_date - interval '10 years' THEN
    kept := kept || ARRAY['payer_name', 'payer_address'];
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
CREATE TRIGGER billing_invoice_is_fixed BEFORE UPDATE ON billing_invoice
  FOR EACH ROW EXECUTE FUNCTION billing_invoice_is_fixed();

CREATE FUNCTION billing_payment_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  kept text[] := ARRAY['used'];
BEGIN
  IF OLD.day < current_date - interval '10 years' THEN
    kept := kept || ARRAY['payer_name', 'reference', 'bank'];
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
CREATE TRIGGER billing_payment_is_fixed BEFORE UPDATE ON billing_payment
  FOR EACH ROW EXECUTE FUNCTION billing_payment_is_fixed();

-- Numbers: a counter only grows, and each number that it gives bears an invoice when the transaction ends.
CREATE FUNCTION billing_counter_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND (NEW.last < OLD.last OR NEW.regie_id <> OLD.regie_id OR NEW.year <> OLD.year) THEN
    RAISE EXCEPTION 'a counter of invoices only grows' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER billing_counter_grows BEFORE UPDATE ON billing_counter
  FOR EACH ROW EXECUTE FUNCTION billing_counter_grows();

CREATE FUNCTION billing_no_gap() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  previous integer := 0;
BEGIN
  IF TG_OP = 'UPDATE' THEN previous := OLD.last; END IF;
  IF (SELECT count(*) FROM billing_invoice
      WHERE regie_id = NEW.regie_id AND year = NEW.year AND rank > previous AND rank <= NEW.last) <> NEW.last - previous THEN
    RAISE EXCEPTION 'numbers of invoices were taken and not used' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER billing_no_gap AFTER INSERT OR UPDATE ON billing_counter DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION billing_no_gap();

CREATE FUNCTION billing_rank_is_given() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.rank < 1 OR NEW.rank >
     coalesce((SELECT last FROM billing_counter WHERE regie_id = NEW.regie_id AND year = NEW.year), 0) THEN
    RAISE EXCEPTION 'this number was not given by the counter' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.paid <> 0 THEN
    RAISE EXCEPTION 'an invoice begins unsettled' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER billing_rank_is_given BEFORE INSERT ON billing_invoice
  FOR EACH ROW EXECUTE FUNCTION billing_rank_is_given();

-- Sums: the total of an invoice is that of its lines; the legs of a posting make zero.
CREATE FUNCTION billing_total_is_sum() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT coalesce(sum(amount), 0) FROM billing_invoiceline WHERE invoice_id = NEW.id) <> NEW.total THEN
    RAISE EXCEPTION 'the total of an invoice is the sum of its lines' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER billing_total_is_sum AFTER INSERT ON billing_invoice DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION billing_total_is_sum();

CREATE FUNCTION billing_lines_come_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM (SELECT DISTINCT invoice_id FROM added) touched
             JOIN billing_invoice i ON i.id = touched.invoice_id
             WHERE i.total <> (SELECT sum(amount) FROM billing_invoiceline l WHERE l.invoice_id = i.id)) THEN
    RAISE EXCEPTION 'the lines of an invoice come all at once and make its total' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER billing_lines_come_whole AFTER INSERT ON billing_invoiceline REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION billing_lines_come_whole();

CREATE FUNCTION billing_posting_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  number integer;
  balance bigint;
BEGIN
  SELECT count(*), coalesce(sum(amount), 0) INTO number, balance FROM billing_leg WHERE posting_id = NEW.id;
  IF number < 2 OR balance <> 0 THEN
    RAISE EXCEPTION 'a posting has two legs at least, whose sum is zero' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER billing_posting_balances AFTER INSERT ON billing_posting DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION billing_posting_balances();

CREATE FUNCTION billing_legs_come_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM billing_leg l WHERE l.posting_id IN (SELECT posting_id FROM added)
             GROUP BY l.posting_id HAVING sum(l.amount) <> 0) THEN
    RAISE EXCEPTION 'the legs of a posting come all at once and make zero' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER billing_legs_come_whole AFTER INSERT ON billing_leg REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION billing_legs_come_whole();

-- What an allocation settles; the check constraints of both rows refuse more than what is due, or than what was paid.
CREATE FUNCTION billing_allocation_settles() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM billing_invoice i WHERE i.id = NEW.invoice_id AND i.kind = 'invoice' AND i.regie_id =
     coalesce((SELECT regie_id FROM billing_payment WHERE id = NEW.payment_id),
              (SELECT regie_id FROM billing_invoice WHERE id = NEW.credit_id AND credits_id = NEW.invoice_id))) THEN
    RAISE EXCEPTION 'only an invoice of the same régie can be settled' USING ERRCODE = 'check_violation';
  END IF;
  UPDATE billing_invoice SET paid = (SELECT sum(amount) FROM billing_allocation WHERE invoice_id = NEW.invoice_id)
    WHERE id = NEW.invoice_id;
  IF NEW.payment_id IS NOT NULL THEN
    UPDATE billing_payment SET used =
      (SELECT coalesce(sum(amount), 0) FROM billing_allocation WHERE payment_id = NEW.payment_id)
      - (SELECT coalesce(sum(amount), 0) FROM billing_payment WHERE origin_id = NEW.payment_id)
      WHERE id = NEW.payment_id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER billing_allocation_settles AFTER INSERT ON billing_allocation
  FOR EACH ROW EXECUTE FUNCTION billing_allocation_settles();

CREATE FUNCTION billing_reversal_uses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.origin_id IS NOT NULL THEN
    UPDATE billing_payment SET used =
      (SELECT coalesce(sum(amount), 0) FROM billing_allocation WHERE payment_id = NEW.origin_id)
      - (SELECT coalesce(sum(amount), 0) FROM billing_payment WHERE origin_id = NEW.origin_id)
      WHERE id = NEW.origin_id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER billing_reversal_uses AFTER INSERT ON billing_payment
  FOR EACH ROW EXECUTE FUNCTION billing_reversal_uses();
"""

NAMES = (
    (
        "billing_kept",
        (
            "invoiceline",
            "posting",
            "leg",
            "allocation",
            "invoice",
            "payment",
            "counter",
            "closing",
            "deposit",
            "deposititem",
        ),
    ),
    ("billing_day_is_open", ("payment",)),
    ("billing_invoice_is_fixed", ("invoice",)),
    ("billing_payment_is_fixed", ("payment",)),
    ("billing_counter_grows", ("counter",)),
    ("billing_no_gap", ("counter",)),
    ("billing_rank_is_given", ("invoice",)),
    ("billing_total_is_sum", ("invoice",)),
    ("billing_lines_come_whole", ("invoiceline",)),
    ("billing_posting_balances", ("posting",)),
    ("billing_legs_come_whole", ("leg",)),
    ("billing_allocation_settles", ("allocation",)),
    ("billing_reversal_uses", ("payment",)),
)
BACKWARD = "\n".join(
    [
        *(f"DROP TRIGGER {name} ON billing_{table};" for name, tables in NAMES for table in tables),
        *(f"DROP FUNCTION {name if name != 'billing_kept' else 'billing_is_kept'}();" for name, _tables in NAMES),
    ]
)


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial"), ("kernel", "0002_database_rules")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
