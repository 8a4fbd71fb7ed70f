"""Incidents: their list, the page of one, and decisions on which are the same."""

import re
import time
from typing import Any

from serving import enter
from starlette.testclient import TestClient

from asreported.desk.state import Desk
from asreported.ledger import Ledger

FOREIGN = {"sec-fetch-site": "cross-site"}


def jadida(client: TestClient) -> str:
    """The id of the incident of al-Jadida, the most reported of the samples."""
    page = client.get("/incidents?place=Jadida&kind=airstrike").text
    found = re.search(r'href="/incidents/(i[0-9a-f]{12})"', page)
    assert found
    return found[1]


def claims_of(client: TestClient, id: str) -> list[str]:
    return re.findall(r'data-pick="([^"]+)"', client.get(f"/incidents/{id}").text)


def test_the_list_tells_what_where_when_and_how_contested(client: TestClient) -> None:
    page = client.get("/incidents").text
    row = page[page.index(f"/incidents/{jadida(client)}") :]
    row = row[: row.index("</tr>")]
    assert "al-Jadida" in row and "2017-03-17" in row
    assert "61 or more, open above" in row
    assert 'class="label contested"' in row and "contradiction" in row


def test_orders_are_links_and_the_contested_come_first(client: TestClient) -> None:
    contested = client.get("/incidents?order=contested").text
    assert f"/incidents/{jadida(client)}" in contested
    assert "no figures" not in contested.split("<tbody>")[1].split("</tr>")[0]
    assert client.get("/incidents?order=newest").status_code == 200


def test_the_page_puts_both_sides_of_a_contradiction_beside_each_other(client: TestClient) -> None:
    page = client.get(f"/incidents/{jadida(client)}").text
    assert "What contradicts" in page
    against = page[page.index('id="contradictions"') : page.index('id="figures"')]
    for words in ("“61”", "“160”", "“240”", "military command admits to only 61 dead", "240 bodies had been dug out"):
        assert words.replace("'", "&#39;") in against
    assert "no number in common" in against
    assert "one source denies what another" in against
    assert against.count("?claim=") >= 4


def test_report_by_report_every_claim_leads_to_the_reader(client: TestClient) -> None:
    id = jadida(client)
    page = client.get(f"/incidents/{id}").text
    keys = claims_of(client, id)
    assert len(keys) == 32
    for key in keys:
        report, _, claim = key.partition(":")
        assert f"/reports/{report}?claim={claim}" in page


def test_json_has_both_reports_and_the_contradictions(client: TestClient) -> None:
    told = client.get(f"/api/incidents/{jadida(client)}").json()
    assert len(told["tellings"]) == 2
    assert {one["kind"] for one in told["contradictions"]} >= {"figures", "denial"}
    assert (told["killed_low"], told["killed_high"]) == (61, None)


def test_what_is_no_incident_is_not_found(client: TestClient) -> None:
    assert client.get("/incidents/i000000000000").status_code == 404
    assert client.get("/api/incidents/i000000000000").status_code == 404
    assert client.get("/incidents/%3Cscript%3E").status_code == 404


def link(client: TestClient) -> dict[str, Any]:
    """Linked in the background; what it came to."""
    linking = client.post("/api/link", json={}).json()
    until = time.monotonic() + 120
    while linking["state"] in ("waiting", "running") and time.monotonic() < until:
        time.sleep(0.1)
        linking = client.get("/api/imports/linking").json()
    assert linking["state"] == "done", linking
    linked: dict[str, Any] = linking["linked"]
    return linked


def test_claims_are_parted_linked_anew_and_the_page_says_when_that_holds(client: TestClient, ledger: Ledger) -> None:
    id = jadida(client)
    a, *_, b = claims_of(client, id)
    sent = {"a": a, "b": b, "action": "different", "why": "two strikes", "expected": 0}
    answer = client.post("/api/incidents/decisions", json=sent)
    assert answer.status_code == 201
    assert answer.json()["state"]["pair"] == "different"
    assert answer.json()["decision"]["who"] == "A. Reader"
    page = client.get(f"/incidents/{id}").text
    assert "has not taken effect yet" in page
    assert "two strikes" in page and "What was decided on its pairs" in page
    linked = link(client)
    assert linked["changed"] > 0 and linked["seconds"] >= 0
    one, other = (ledger.kept([ledger.fetcher.number(key)])[0].incident for key in (a, b))
    assert one != other


def test_two_incidents_are_made_one_and_the_old_id_leads_to_the_claims(client: TestClient, ledger: Ledger) -> None:
    first = jadida(client)
    page = client.get("/incidents?place=Khan+Sheikhoun&kind=chemical-attack").text
    other = next(id for id in re.findall(r'href="/incidents/(i[0-9a-f]{12})"', page))
    assert first != other
    sent = {"a": first, "b": other, "action": "same", "why": "", "expected": 0}
    assert client.post("/api/incidents/decisions", json=sent).status_code == 201
    link(client)
    gone = next(id for id in (first, other) if not _exists(client, id))
    told = client.get(f"/incidents/{gone}").text
    assert "This incident is no more" in told
    now = next(id for id in (first, other) if id != gone)
    assert f"/incidents/{now}" in told
    answer = client.get(f"/api/incidents/{gone}")
    assert answer.status_code == 404 and now in answer.json()["error"]


def _exists(client: TestClient, id: str) -> bool:
    return "is no more" not in client.get(f"/incidents/{id}").text


def test_a_decision_that_somebody_made_meanwhile_is_shown_and_not_run_over(client: TestClient, desk: Desk) -> None:
    a, b, *_ = claims_of(client, jadida(client))
    sent = {"a": a, "b": b, "action": "different", "why": "", "expected": 0}
    assert enter(desk, "B. Other").post("/api/incidents/decisions", json=sent).status_code == 201
    answer = client.post("/api/incidents/decisions", json={**sent, "a": b, "b": a, "action": "same"})
    assert answer.status_code == 409
    found = answer.json()["found"]
    assert found["history"][-1]["who"] == "B. Other" and found["state"]["pair"] == "different"
    assert answer.json()["yours"]["action"] == "same"


def test_a_decision_is_undone(client: TestClient, ledger: Ledger) -> None:
    a, b, *_ = claims_of(client, jadida(client))
    sent = {"a": a, "b": b, "action": "different", "why": "", "expected": 0}
    client.post("/api/incidents/decisions", json=sent)
    answer = client.post("/api/incidents/decisions", json={**sent, "action": "undo", "expected": 1})
    assert answer.status_code == 201
    assert answer.json()["state"]["pair"] is None
    assert [one.action for one in ledger.history(answer.json()["decision"]["target"])] == ["different", "undo"]


def test_what_makes_no_sense_is_refused_and_nothing_is_written(client: TestClient, ledger: Ledger) -> None:
    a, b, *_ = claims_of(client, jadida(client))
    before = ledger.log_head()
    good = {"a": a, "b": b, "action": "different", "why": "", "expected": 0}
    for bad in (
        {**good, "action": "accept"}, {**good, "b": a}, {**good, "b": "no such"}, {**good, "more": 1},
        {**good, "expected": "x"}, {**good, "b": "i000000000000"}, {"a": a},
    ):  # fmt: skip
        assert client.post("/api/incidents/decisions", json=bad).status_code in (400, 404)
    assert client.post("/api/incidents/decisions", json=good, headers=FOREIGN).status_code == 403
    assert ledger.log_head() == before


def test_looking_changes_nothing(client: TestClient, ledger: Ledger) -> None:
    before = (ledger.log_head(), ledger.database.one("SELECT count(*), max(n) FROM links"))
    for path in ("/incidents", f"/incidents/{jadida(client)}", "/figures", "/actors/islamic-state", "/places/Mosul"):
        assert client.get(path).status_code == 200
    assert (ledger.log_head(), ledger.database.one("SELECT count(*), max(n) FROM links")) == before
