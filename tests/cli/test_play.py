import os
from reconciler.cli.main import run
def test_it(connected, send, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    with capsys.disabled():
        print()
        run(["status"], connected)
    report = send()
    with capsys.disabled():
        run(["status"], connected)
        run(["status", "--format", "json"], connected)
