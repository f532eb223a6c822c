"""Runs, requests and integrations in words, in English and Norwegian, by key."""

from reconciler.specs.languages import Vocabulary

RUN_STATES: Vocabulary = {
    "running": {"en": "under way", "nb": "pågår"},
    "succeeded": {"en": "succeeded", "nb": "vellykket"},
    "partial": {"en": "partly succeeded", "nb": "delvis vellykket"},
    "failed": {"en": "failed", "nb": "feilet"},
    "skipped": {"en": "skipped", "nb": "hoppet over"},
    "lost": {"en": "did not finish", "nb": "ble ikke ferdig"},
}
TRIGGERS: Vocabulary = {
    "manual": {"en": "by hand", "nb": "for hånd"},
    "schedule": {"en": "by schedule", "nb": "etter tidsplan"},
    "request": {"en": "on request", "nb": "på forespørsel"},
}
"""What began a run."""
REQUEST_STATES: Vocabulary = {
    "waiting": {"en": "waiting", "nb": "venter"},
    "taken": {"en": "under way", "nb": "pågår"},
    "done": {"en": "done", "nb": "utført"},
    "refused": {"en": "refused", "nb": "avslått"},
}
RESEND_STATES: Vocabulary = {
    "waiting": {"en": "waits for a second person", "nb": "venter på en person til"},
    "approved": {"en": "approved", "nb": "godkjent"},
    "refused": {"en": "refused", "nb": "avslått"},
}
"""A forced re-export that somebody asked for."""
COLOURS: Vocabulary = {
    "green": {"en": "green: in order", "nb": "grønn – i orden"},
    "yellow": {"en": "yellow: needs a look", "nb": "gul – bør ses på"},
    "red": {"en": "red: needs somebody now", "nb": "rød – noen må gripe inn"},
    "grey": {"en": "grey: not in use", "nb": "grå – ikke i drift"},
}
ENVIRONMENTS: Vocabulary = {
    "simulator": {"en": "simulator", "nb": "simulator"},
    "sandbox": {"en": "test environment", "nb": "testmiljø"},
    "production": {"en": "production", "nb": "produksjon"},
}
MODES: Vocabulary = {
    "send": {"en": "sends", "nb": "sender"},
    "observe": {"en": "only observes", "nb": "observerer bare"},
}
