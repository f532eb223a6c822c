"""What is typed for a credential, as it is meant: out of a form and out of JSON, and never shown."""

from reconciler.portal.deeds.typed import Setting

KEY = "-----BEGIN KEY-----\nQUJD REVG\n-----END KEY-----"


def test_what_a_clipboard_puts_around_a_value_is_taken_off_and_what_is_inside_stays() -> None:
    form = {
        "csrf": "x",
        "secret.key": f"\ufeff {KEY}\n\t".replace("\n", "\r\n"),
        "secret.user": "app",
        "expires_on": "",
    }
    typed = Setting.model_validate(form)
    assert typed.fields_.reveal() == {"key": KEY, "user": "app"}
    assert typed.expires_on is None


def test_no_form_of_it_shows_a_value() -> None:
    typed = Setting.model_validate({"fields": {"key": KEY}, "expires_on": "2026-05-01"})
    assert not any("QUJD" in each for each in (repr(typed), str(typed), str(typed.model_dump()), repr(vars(typed))))
