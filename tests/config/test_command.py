"""The command line: its help and its faults in French, its exit codes."""

import re
import socket

import pytest

from beffroi.config import bootstrap, cli, env, processes, runtime
from tests.config.installations import Installation

ENGLISH = re.compile(r"\b(usage: |show|default|help message|positional|required|the|and|with)\b")
VERBS = [verb for verb, _help in cli.VERBS]


def test_help_of_the_command_names_each_verb_and_each_exit_code():
    text = cli.build_parser().format_help()
    assert all(re.search(rf"^ +{verb}\s", text, re.M) for verb in VERBS)
    assert "codes de sortie" in text
    assert not ENGLISH.search(text)


@pytest.mark.parametrize("verb", VERBS)
def test_help_of_a_verb_is_in_french(verb):
    parser = cli.build_parser(verb)
    sub = next(iter(parser._subparsers._group_actions)).choices[verb]
    text = sub.format_help()
    assert not ENGLISH.search(text)
    assert len(sub.description) > 20
    assert all(action.help for action in sub._actions)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["chanter"], "choix impossible : chanter"),
        (["serve", "--port", "abc"], "valeur refusée : abc"),
        (["backup", "--inconnu"], "arguments inconnus"),
        (["journal"], "il manque : action"),
        (["restore"], "il manque : archive"),
    ],
)
def test_wrong_command_is_told_in_french_with_code_2(arguments, sentence, capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main(arguments)
    assert stop.value.code == runtime.BAD_USAGE
    assert sentence in capsys.readouterr().err


def test_no_argument_shows_the_help_with_code_2(capsys):
    assert cli.main([]) == runtime.BAD_USAGE
    assert "./beffroi" in capsys.readouterr().out


def test_port_in_use_proposes_another_one():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(runtime.Failure, match=rf"port {port} est déjà utilisé.*--port \d+") as fault:
            processes.require_free_port("127.0.0.1", port)
    assert fault.value.code == runtime.NOT_READY


def test_address_of_another_machine_is_refused():
    with pytest.raises(runtime.Failure, match="n’est pas celle de cette machine"):
        processes.require_free_port("192.0.2.1", 8000)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("error: dns error: failed to lookup address information", "réseau ne répond pas"),
        ("OSError: [Errno 28] No space left on device", "est plein"),
        ("Permission denied (os error 13)", "pas le droit d’écrire"),
        ("quelque chose d’inattendu", "a échoué :\nquelque chose d’inattendu"),
    ],
)
def test_first_start_explains_why_it_stops(said, sentence):
    with pytest.raises(bootstrap.NotReady, match=re.compile(sentence)):
        bootstrap._run(["sh", "-c", 'echo "$0" >&2; exit 1', said])


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://localhost/beffroi", "doit commencer par postgresql://"),
        ("postgresql://beffroi:secret@127.0.0.1:9/beffroi", "Vérifiez qu’il est lancé"),
        ("postgresql://beffroi:secret@nulle-part.invalid/beffroi", "inconnu du réseau|Vérifiez"),
    ],
)
def test_database_that_does_not_answer_is_told_without_its_password(url, sentence, tmp_path):
    done = Installation(tmp_path / "home", {"DATABASE_URL": url}).run("check")
    assert done.returncode == runtime.NOT_READY
    assert re.search(sentence, done.stderr)
    assert "secret" not in done.stderr
    assert "Traceback" not in done.stderr


def test_variable_that_is_not_a_number_is_named(tmp_path):
    done = Installation(tmp_path / "home", {"BEFFROI_DATABASE_POOL": "quatre", "DATABASE_URL": "postgresql:///x"}).run(
        "modules"
    )
    assert done.returncode == runtime.NOT_READY
    assert "BEFFROI_DATABASE_POOL doit être un nombre entier" in done.stderr


def test_module_that_does_not_exist_is_named(tmp_path):
    done = Installation(tmp_path / "home", {"BEFFROI_MODULES": "portal,licorne"}).run("modules")
    assert done.returncode == runtime.NOT_READY
    assert "licorne" in done.stderr


@pytest.mark.parametrize(("text", "expected"), [("oui", True), ("1", True), ("non", False), ("", False)])
def test_flag_reads_french_and_english_words(text, expected, monkeypatch):
    monkeypatch.setenv("BEFFROI_ESSAI", text)
    assert env.flag("ESSAI") is expected


def test_database_url_gives_each_part():
    found = env.database("postgresql://jean:p%40ss@db.example:5433/territoire?sslmode=require")
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"]) == ("jean", "p@ss", "db.example", "5433")
    assert (found["NAME"], found["OPTIONS"]) == ("territoire", {"sslmode": "require"})
