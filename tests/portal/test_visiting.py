"""Who sees what: nobody without a login, nobody another organisation."""

from parts.portal import ADMIN, HOME, STRANGER, TWIN, Opened


def test_without_a_login_there_is_nothing(portal: Opened) -> None:
    client = portal.client()
    assert client.get(HOME).headers["location"] == "/login?back=/o/blindeforbundet"
    assert client.get(TWIN).status_code == 401


def test_an_admin_sees_their_integrations_and_the_twin_says_the_same(portal: Opened) -> None:
    visitor = portal.enter(ADMIN)
    page, twin = visitor.get(HOME), visitor.get(TWIN).json()
    assert page.status_code == 200
    assert [each["name"] for each in twin["integrations"]] == ["xledger"]
    assert "xledger" in page.text


def test_another_organisation_is_as_if_it_were_not_there(portal: Opened) -> None:
    visitor = portal.enter(STRANGER)
    there, nowhere = visitor.get(HOME), visitor.get("/o/nobody")
    assert there.status_code == nowhere.status_code == 404
    assert there.text.replace("blindeforbundet", "nobody") == nowhere.text
    assert visitor.get(TWIN).status_code == 404
