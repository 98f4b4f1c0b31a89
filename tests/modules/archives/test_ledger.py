"""The ledger: any line that is altered is found; its heads are true RFC 3161 tokens, read by openssl too."""

import datetime
import io
import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from asn1crypto import tsp
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beffroi.modules.archives import actions, ledger, timestamps
from beffroi.modules.archives.models import LedgerHead, LedgerLine, Piece
from beffroi.shared.files import storage
from beffroi.shared.signing import authority, clocks
from tests.support.together import at_once

pytestmark = pytest.mark.django_db


def write(count=6, **more):
    with transaction.atomic():
        return [ledger.write("piece.kept", reference=f"R{rank}", rank=rank, **more) for rank in range(count)]


def alter(statement, *values):
    """As somebody would who holds the database."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET session_replication_role = origin")


def test_untouched_ledger_has_no_fault():
    write()
    ledger.crown()
    assert list(ledger.verify()) == []


CHANGES = {
    "at": "at + interval '1 second'",
    "event": "'transfer.sent'",
    "reference": "reference || 'x'",
    "data": "jsonb_set(data, '{rank}', '99')",
    "previous": "repeat('0', 128)",
    "digest": "repeat('f', 128)",
    "rank": "rank + 1000",
}


@pytest.mark.parametrize("column", CHANGES)
@pytest.mark.parametrize("rank", [1, 3, 6])
def test_altered_line_is_found(column, rank):
    write()
    alter(f"UPDATE archives_ledgerline SET {column} = {CHANGES[column]} WHERE rank = %s", rank)
    found = list(ledger.verify())
    assert found
    assert min(fault.rank for fault in found) <= rank + 1


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rank=st.integers(1, 8), column=st.sampled_from(sorted(set(CHANGES) - {"rank"})), gone=st.booleans())
def test_any_line_altered_or_removed_is_found(rank, column, gone):
    with transaction.atomic():
        write(8)
        ledger.crown()
        if gone:
            alter("DELETE FROM archives_ledgerline WHERE rank = %s", rank)
        else:
            alter(f"UPDATE archives_ledgerline SET {column} = {CHANGES[column]} WHERE rank = %s", rank)
        assert list(ledger.verify())
        transaction.set_rollback(True)


def test_ledger_written_again_from_the_start_is_betrayed_by_its_head():
    write(4)
    ledger.crown()
    alter("UPDATE archives_ledgerline SET reference = 'autre' WHERE rank = 2")
    previous = ""
    for line in LedgerLine.objects.order_by("rank"):
        line.previous = previous
        previous = ledger.digest_of(line)
        alter(
            "UPDATE archives_ledgerline SET previous = %s, digest = %s WHERE rank = %s",
            line.previous,
            previous,
            line.rank,
        )
    (fault,) = ledger.verify()
    assert "horodatée" in fault.text


def test_lines_cut_off_the_end_are_betrayed_by_the_head():
    write(4)
    ledger.crown()
    alter("DELETE FROM archives_ledgerline WHERE rank >= 3")
    assert any("disparu" in fault.text for fault in ledger.verify())


def test_altered_token_is_found():
    write(2)
    head = ledger.crown()
    token = bytearray(bytes(head.token))
    token[-5] ^= 1
    alter("UPDATE archives_ledgerhead SET token = %s WHERE rank = 2", bytes(token))
    assert list(ledger.verify())


def test_token_of_another_digest_is_found():
    write(2)
    ledger.crown()
    other = timestamps.stamp(b"\x01" * 64)
    alter("UPDATE archives_ledgerhead SET token = %s WHERE rank = 2", other.token)
    assert any("autre empreinte" in fault.text for fault in ledger.verify())


def test_token_of_another_clock_that_calls_itself_local_is_found(tmp_path, settings):
    write(2)
    head = ledger.crown()
    settings.HOME = tmp_path / "ailleurs"
    settings.HOME.mkdir()
    other = timestamps.stamp(timestamps.digest_of(head.digest))
    settings.HOME = tmp_path
    alter("UPDATE archives_ledgerhead SET token = %s WHERE rank = 2", other.token)
    assert any("horloge" in fault.text for fault in ledger.verify())


@pytest.mark.parametrize("table", ["archives_ledgerline", "archives_ledgerhead"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET digest = 'x'", "DELETE FROM {}"])
def test_database_itself_refuses_to_change_the_ledger(table, statement):
    write(1)
    ledger.crown()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


def test_local_clock_says_that_it_is_not_qualified():
    write(1)
    head = ledger.crown()
    assert head.is_local
    assert "non qualifiée" in head.authority
    assert abs((datetime.datetime.now(datetime.UTC) - head.at).total_seconds()) < 120
    assert ledger.crown() is None


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not here")
def test_token_is_verified_by_openssl(tmp_path):
    write(1)
    head = ledger.crown()
    (tmp_path / "t.tst").write_bytes(bytes(head.token))
    (tmp_path / "data").write_bytes(head.digest.encode())
    from cryptography.hazmat.primitives.serialization import Encoding

    certificate = authority.root().certificates[0].public_bytes(Encoding.PEM)
    (tmp_path / "tsa.pem").write_bytes(certificate)
    command = ["openssl", "ts", "-verify", "-in", "t.tst", "-token_in", "-data", "data", "-CAfile", "tsa.pem"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "Verification: OK" in done.stdout + done.stderr, done.stderr


@pytest.fixture
def service(tmp_path, settings):
    """A timestamping service over a real socket, by RFC 3161, with a key of its own."""
    home = settings.HOME
    settings.HOME = tmp_path / "service"
    settings.HOME.mkdir()
    stamper = clocks.InternalClock()
    settings.HOME = home
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            seen.append(self.headers["Content-Type"])
            answer = stamper.request_tsa_response(tsp.TimeStampReq.load(body)).dump()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *arguments):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.TSA_URL = f"http://127.0.0.1:{server.server_port}/"
    yield seen
    server.shutdown()
    thread.join()
    server.server_close()


def test_service_by_its_address_gives_the_time(service):
    write(2)
    head = ledger.crown()
    assert service == ["application/timestamp-query"]
    assert not head.is_local
    assert list(ledger.verify()) == []


def test_service_that_does_not_answer_waits_for_the_next_night(settings):
    settings.TSA_URL = "http://127.0.0.1:9/"
    write(1)
    with pytest.raises(timestamps.Unavailable):
        ledger.crown()
    assert not LedgerHead.objects.exists()
    assert ledger.since_head() == 1


@pytest.mark.django_db(transaction=True)
def test_many_writers_at_once_make_one_chain():
    answers = at_once(*[lambda: write(3) for _ in range(6)])
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert list(LedgerLine.objects.values_list("rank", flat=True)) == list(range(1, 19))
    assert list(ledger.verify()) == []


def test_piece_altered_or_missing_is_named(make_folder, make_slip):
    slip = make_slip(make_folder(), to="signed")
    assert actions.check_pieces() == 0
    first, second = Piece.objects.order_by("pk")
    assert {first.reference, second.reference} == {slip.reference}
    path = Path(storage.contents().path(storage.address(first.file.blob.sha256)))
    content = bytearray(path.read_bytes())
    content[10] ^= 1
    path.write_bytes(bytes(content))
    storage.contents().delete(storage.address(second.file.blob.sha256))
    assert actions.check_pieces() == 2
    found = {piece.pk: str(piece.finding) for piece in actions.faults()}
    assert found == {first.pk: "damaged", second.pk: "missing"}
    assert LedgerLine.objects.filter(event="piece.fault").count() == 2


def test_command_verifies_and_names(make_folder, make_slip, capsys):
    slip = make_slip(make_folder(), to="signed")
    call_command("archives", "timestamp")
    output = io.StringIO()
    call_command("archives", "verify", stdout=output)
    assert "intactes" in output.getvalue()
    piece = Piece.objects.first()
    storage.contents().delete(storage.address(piece.file.blob.sha256))
    errors = io.StringIO()
    with pytest.raises(CommandError):
        call_command("archives", "verify", stdout=output, stderr=errors)
    assert slip.reference in errors.getvalue()


def test_screen_tells_that_the_ledger_holds_or_not(client, archivist, make_folder, make_slip):
    make_slip(make_folder(), to="signed")
    client.force_login(archivist)
    assert "intact" in client.post("/bureau/archives/preuves/verifier/", follow=True).content.decode()
    alter("UPDATE archives_ledgerline SET reference = 'x' WHERE rank = 1")
    assert "Ligne 1" in client.post("/bureau/archives/preuves/verifier/", follow=True).content.decode()
