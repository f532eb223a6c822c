"""Sessions: how they begin and end, what their forms are asked for, and who reads of them."""

from datetime import timedelta

import httpx
import pytest
from parts.installation import Installation
from parts.portal import ADMIN, HOME, STRANGER, TWIN, Opened, opened

from reconciler.clock import StagedClock
from reconciler.errors import UsageError
from reconciler.portal.entering import inside
from reconciler.portal.limits import RATES, Limits, Rate
from reconciler.portal.named import named
from reconciler.settings import read_settings


def later(portal: Opened, **span: float) -> None:
    house = portal.server.house
    house.clock = StagedClock(house.now + timedelta(**span))


def test_a_session_ends_when_nobody_is_there_and_after_a_working_day(portal: Opened) -> None:
    visitor = portal.enter()
    for _ in range(7):
        later(portal, minutes=100)
        assert visitor.get(HOME).status_code == 200
    later(portal, minutes=100)
    assert visitor.get(HOME).status_code == 303, "after twelve hours"
    visitor = portal.enter()
    later(portal, minutes=121)
    assert visitor.get(HOME).headers["location"] == f"/login?back={HOME}"


def test_a_person_logs_out_everywhere_and_sees_before_where_that_is(portal: Opened, installation: Installation) -> None:
    here, there, other = portal.enter(), portal.enter(), portal.enter(STRANGER)
    page, twin = here.get("/account"), here.get("/api/v1/account").json()
    assert (len(twin["sessions"]), twin["account"], twin["operator"]) == (2, ADMIN, False)
    assert page.text.count('scope="row"') == 2
    assert here.client.post("/account/leave", data={}).status_code == 403, "the form's own word is missing"
    assert here.post("/account/leave").headers["location"] == "/logged-out"
    assert here.get("/account").status_code == there.get(HOME).status_code == 303
    assert other.get("/account").status_code == 200
    what = installation.sql("select what, count(*) from reconciler.portal_logins group by what order by what")
    assert what == [("ended", 2), ("login", 3)]


def test_a_role_that_is_taken_away_counts_at_once(portal: Opened, installation: Installation) -> None:
    visitor = portal.enter()
    assert visitor.get(f"{HOME}/tokens").status_code == 200
    set_roles(installation, ["viewer"])
    assert visitor.get(f"{HOME}/tokens").status_code == 403
    assert visitor.get(HOME).status_code == 200
    installation.sql("update reconciler.organizations set body = jsonb_set(body, '{people}', '[]')")
    assert visitor.get(HOME).status_code == 404


def test_the_trail_of_logins_is_for_those_who_keep_the_platform(installation: Installation) -> None:
    with opened(installation, operators="drift") as portal:
        operator, admin = portal.enter("drift"), portal.enter(ADMIN)
        portal.enter("<script>alert(1)</script>")
        page, twin = operator.get("/logins"), operator.get("/api/v1/logins").json()
        assert [each["what"] for each in twin["logins"]] == ["login"] * 3
        assert "&lt;script&gt;" in page.text
        assert "<script>alert" not in page.text
        assert operator.get("/logins", params={"account": ADMIN}).text.count('scope="row"') == 1
        assert admin.get("/logins").status_code == admin.get("/api/v1/logins").status_code == 404
        assert operator.get("/logins?before=-1").status_code == 422


def test_a_form_that_did_not_come_from_a_page_of_ours_is_refused(portal: Opened) -> None:
    visitor = portal.enter()
    client, right = visitor.client, {"csrf": visitor.csrf, "language": "en"}
    for fields, headers in (
        ({"language": "en"}, {}),
        ({**right, "csrf": "x" * 32}, {}),
        (right, {"origin": "https://evil.example"}),
        (right, {"origin": "null"}),
        (right, {"sec-fetch-site": "cross-site"}),
        ({"language": "en"}, {"authorization": "Basic a2FyaTp4"}),
        ({"language": "en"}, {"authorization": "Bearer rcn_x"}),
    ):
        assert client.post("/language", data=fields, headers=headers).status_code == 403, headers
    assert client.post("/language", data=right).status_code == 303
    made = f"{TWIN}/tokens"
    body = {"name": "n", "scopes": ["see"], "ends": "2026-04-01"}
    assert client.post(made, json=body).status_code == 403
    assert client.post(made, json=body, headers={"authorization": "Basic a2FyaTp4"}).status_code == 403
    assert client.post(made, json=body, headers={"x-csrf": visitor.csrf}).status_code == 200


def test_nobody_elses_page_logs_somebody_in(portal: Opened) -> None:
    for headers in ({"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}):
        answer = portal.client().post("/login/demo", data={"account": ADMIN}, headers=headers)
        assert (answer.status_code, answer.cookies.get("reconciler-portal")) == (403, None)
    answer = portal.client().post("/login/demo", data={"account": "x\ny"}, headers={"origin": portal.address})
    assert answer.status_code == 403
    assert portal.client().get("/login/begin").status_code == 404, "there is no provider here"


def test_a_key_that_was_never_given_is_nobodys(portal: Opened, installation: Installation) -> None:
    portal.enter()
    client = portal.client()
    for key in ("", "x", "x" * 43, "x" * 5000, "demo:" + ADMIN, "proxy:" + ADMIN, "%27"):
        client.cookies["reconciler-portal"] = key
        assert client.get(HOME).status_code == 303, key


def test_too_much_is_too_much_for_each_by_themselves(portal: Opened) -> None:
    one, other = portal.enter(), portal.enter(STRANGER)
    few = RATES | {"reads": Rate(3, 0.01), "deeds": Rate(1, 0.01)}
    portal.server.house.limits = Limits(few)
    answers = [one.get(TWIN) for _ in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert int(answers[-1].headers["retry-after"]) > 10
    assert "For mange" in one.get(HOME).text
    assert other.get("/o/hlf").status_code in (200, 404)
    portal.server.house.limits = Limits(few | {"login": Rate(1, 0.01), "address": Rate(5, 0.01)})
    client = portal.client()
    logins = [client.post("/login/demo", data={"account": "a"}).status_code for _ in range(3)]
    assert logins == [303, 429, 429]
    assert [client.get("/login").status_code for _ in range(3)] == [303, 303, 429]
    assert (client.get("/healthz").status_code, client.get("/readyz").status_code) == (200, 429)


def test_buckets_fill_again_and_are_never_many() -> None:
    now = [0.0]
    limits = Limits({**RATES, "deeds": Rate(2, 0.5)}, lambda: now[0])
    assert [limits.wait_s("deeds", "a") for _ in range(3)] == [0, 0, 2]
    now[0] = 2.0
    assert [limits.wait_s("deeds", "a") for _ in range(2)] == [0, 2]
    for each in range(30_000):
        limits.wait_s("reads", str(each))
    assert len(limits._buckets) == 20_000


def test_the_demos_login_is_refused_where_it_could_be_reached_or_could_send() -> None:
    demo = {"RECONCILER_PORTAL_LOGIN": "demo"}
    assert named(read_settings(demo)).way == "demo"
    for wrong in (
        {"RECONCILER_PORTAL_LISTEN": "0.0.0.0:8080", "RECONCILER_PORTAL_ADDRESS": "https://p.example.org"},
        {"RECONCILER_PORTAL_ADDRESS": "https://portal.example.org"},
        {"RECONCILER_ENVIRONMENTS": "simulator,production"},
        {"RECONCILER_ENVIRONMENTS": "sandbox"},
    ):
        with pytest.raises(UsageError, match="lets anybody be anybody"):
            named(read_settings(demo | wrong))
    for wrong in ({}, {"RECONCILER_PORTAL_LOGIN": "Demo"}):
        with pytest.raises(UsageError, match="how people log in"):
            named(read_settings(wrong))


def test_a_way_back_is_always_one_of_ours() -> None:
    for back in ("https://evil.example", "javascript:alert(1)", "//x", "/\\x", "/a\nb", "\t/x", "/" + "x" * 600, ""):
        assert inside(back) == "/", back
    assert inside("/o/hlf?limit=2") == "/o/hlf?limit=2"


def set_roles(installation: Installation, roles: list[str]) -> None:
    given = ", ".join(f'"{each}"' for each in roles)
    installation.sql(
        "update reconciler.organizations set body = jsonb_set(body, '{people}', %s::jsonb)",
        f'[{{"account": "{ADMIN}", "roles": [{given}]}}]',
    )


def test_what_a_browser_is_told_about_its_cookie_by_https(installation: Installation) -> None:
    with opened(installation, address="https://localhost:8443") as portal:
        here = httpx.Client(
            base_url=f"http://127.0.0.1:{portal.server._socket.getsockname()[1]}", trust_env=False,
            headers={"host": "localhost:8443"},
        )  # fmt: skip
        with here:
            answer = here.post("/login/demo", data={"account": ADMIN}, headers={"origin": "https://localhost:8443"})
            cookie = answer.headers["set-cookie"]
            assert cookie.startswith("__Host-reconciler-portal=")
            assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= {each.strip() for each in cookie.split(";")}
            assert "max-age" in answer.headers["strict-transport-security"]
