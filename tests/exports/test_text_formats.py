"""CoNLL-U Plus, brat, DocBin and decisions read back with nothing lost that they can hold; the spaCy component."""

import io
import json
import re
import zipfile

import conllu
import msgspec
import pytest
from random_claims import RandomSource

from asreported.exports.decisions import ANSWERS
from asreported.exports.formats import load_format
from asreported.exports.source import LedgerSource
from asreported.exports.texts import parts_of, tokenize
from asreported.exports.writing import write_export
from asreported.ledger.store import open_ledger
from asreported.pipeline import read_string
from asreported.records import Claim

SENTENCE = "Gunmen killed at least 12 people in Mosul on Tuesday, police said."


def written(name, source):
    out = io.BytesIO()
    about = write_export(load_format(name), source, out)
    return out.getvalue(), about


@pytest.fixture(scope="module")
def source():
    return RandomSource(10_000)


@pytest.fixture(scope="module")
def told(source):
    return {one.key: one for one in source.told()}


def places_of(claim):
    """Each part of a claim as (label, start, end), and its evidence."""
    evidence = ("evidence", claim.evidence.start, claim.evidence.end)
    return {evidence, *((part.label, part.start, part.end) for part in parts_of(claim))}


def test_tokens_hold_all_that_is_not_white_space_and_no_span_cuts_one(source):
    for report in list(source.reports())[:200]:
        text = source.text(report.id)
        edges = {edge for one in report.told for part in parts_of(one.claim) for edge in (part.start, part.end)}
        tokens = list(tokenize(text, edges))
        assert "".join(text[a:b] for a, b in tokens) == "".join(text.split())
        assert not any(a < edge < b for a, b in tokens for edge in edges)


def test_conll_is_read_by_conllu_with_every_outer_span(few_random):
    told = {one.key: one for one in few_random.told()}
    raw, about = written("conll", few_random)
    blocks = conllu.parse(raw.decode())
    assert len(blocks) == len(told)
    assert about.rows == len({one.report.key for one in told.values()})
    for block in blocks:
        one = told[block.metadata["sent_id"]]
        assert block.metadata["kind"] == one.claim.kind
        assert block.metadata["status"] == one.claim.status
        assert block.metadata["according_to"] == " ".join(one.according_to.split())
        assert block.metadata["text"] == " ".join(one.quotation.split())
        assert block.metadata["review"] == one.kept.review
        trigger = [token for token in block if token["asreported:trigger"] != "O"]
        assert [token["asreported:trigger"] for token in trigger] == ["B"] + ["I"] * (len(trigger) - 1)
        span = int(trigger[0]["asreported:start"]), int(trigger[-1]["asreported:end"])
        assert span == (one.claim.trigger.start, one.claim.trigger.end)
        for label in ("actor", "source"):
            begun = [int(token["asreported:start"]) for token in block if token[f"asreported:{label}"] == "B"]
            outer = []
            for part in parts_of(one.claim):
                inside = one.claim.evidence.start <= part.start and part.end <= one.claim.evidence.end
                if part.label == label and inside and (not outer or part.start >= outer[-1][1]):
                    longest = max(p.end for p in parts_of(one.claim) if p.label == label and p.start == part.start)
                    outer.append((part.start, longest))
            assert begun == [start for start, _ in outer]


def test_brat_holds_every_part_of_every_claim(source, told):
    raw, _ = written("brat", source)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        assert archive.testzip() is None
        configuration = archive.read("annotation.conf").decode()
        assert "Chemical_attack\tActor*:Actor" in configuration
        seen = 0
        for report in source.reports():
            text = archive.read(f"{report.id}.txt").decode()
            assert text == source.text(report.id)
            bound, events, notes = {}, {}, {}
            for line in archive.read(f"{report.id}.ann").decode().split("\n")[:-1]:
                id, body, *rest = line.split("\t", 2)
                if id.startswith("T"):
                    label, offsets = body.split(" ", 1)
                    pieces = [tuple(map(int, piece.split())) for piece in offsets.split(";")]
                    assert " ".join(text[a:b] for a, b in pieces) == rest[0]
                    bound[id] = (label, pieces[0][0], pieces[-1][1])
                elif id.startswith("E"):
                    events[id] = [bound[argument.split(":")[1]] for argument in body.split()]
                elif id.startswith("#"):
                    notes[body.split()[1]] = rest[0]
            for event, places in events.items():
                one = told[re.match(r"claim: (\S+)", notes[event])[1]]
                expected = sorted((part.start, part.end) for part in parts_of(one.claim))
                assert sorted((start, end) for _, start, end in places) == expected
                assert "according to: " in notes[event]
                assert "quotation: " in notes[event]
                seen += 1
        assert seen == len(told)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_docbin_is_read_by_spacy_with_exact_spans(few_random):
    spacy = pytest.importorskip("spacy")
    from spacy.tokens import DocBin

    raw, about = written("docbin", few_random)
    claims = {one.key: one.claim for one in few_random.told()}
    places = {key: places_of(claim) for key, claim in claims.items()}
    docs = list(DocBin().from_bytes(raw).get_docs(spacy.blank("en").vocab))
    assert len(docs) == about.rows
    triggers = 0
    for doc in docs:
        for label, group in doc.spans.items():
            for span in group:
                assert (label, span.start_char, span.end_char) in places[span.id_]
                triggers += label == "trigger"
        kept = doc.user_data["asreported"]["claims"]
        assert all(claim["according_to"] and claim["status"] and claim["quotation"] for claim in kept)
    assert triggers == len(claims)


def test_decisions_are_training_data(source, told):
    raw, about = written("decisions", source)
    rows = [json.loads(line) for line in raw.decode().splitlines()]
    decided = {key for key, one in told.items() if one.kept.review != "unreviewed"}
    assert {row["key"] for row in rows} == decided
    (left,) = about.left_out
    assert left.why == "nobody decided on the claim"
    assert set(left.ids) == told.keys() - decided
    for row in rows:
        one = told[row["key"]]
        assert row["answer"] == ANSWERS[one.kept.review]
        assert msgspec.convert(row["as_read"], Claim) == one.claim
        assert row["text"] == one.claim.evidence.text
        labels = {(span["label"], row["text"][span["start"] : span["end"]]) for span in row["spans"]}
        assert ("trigger", one.claim.trigger.text) in labels
        assert len(row["spans"]) + len(row["elsewhere"]) == len(parts_of(one.claim))


def test_what_a_person_corrected_or_added_stands_beside_what_was_read(tmp_path):
    reading = read_string(SENTENCE, published="2017-04-28", publisher="The Made-Up Courier")[0]
    (killing,) = [claim for claim in reading.claims if claim.kind == "killing"]
    with open_ledger(tmp_path / "ledger", create=True) as ledger:
        key = ledger.add(reading, SENTENCE.encode()).report_key
        ledger.decide(f"{key}:{killing.id}", "correct", value={"status": "denied"}, who="A. Reader", why="read again")
        missed = msgspec.structs.replace(killing, id="missed", kind="attack")
        ledger.add_claim(key, missed, who="A. Reader")
        raw, _ = written("decisions", LedgerSource(ledger))
    rows = {row["key"].partition(":")[2]: row for row in map(json.loads, raw.decode().splitlines())}
    corrected, added = rows[killing.id], rows["missed"]
    assert (corrected["as_read"]["status"], corrected["corrected"]["status"]) == ("actual", "denied")
    assert (corrected["corrections"], corrected["answer"], corrected["why"]) == (["status"], "accept", "read again")
    assert (corrected["by_hand"], added["by_hand"], added["answer"]) == (False, True, "accept")
    assert corrected["reader"] == added["reader"]


def test_training_data_teach_the_spans_that_people_left(tmp_path):
    reading = read_string(SENTENCE, published="2017-04-28", publisher="The Made-Up Courier")[0]
    (killing,) = [claim for claim in reading.claims if claim.kind == "killing"]
    at = SENTENCE.index("police")
    trigger = {"start": at, "end": at + 6, "text": "police"}
    with open_ledger(tmp_path / "ledger", create=True) as ledger:
        key = ledger.add(reading, SENTENCE.encode()).report_key
        ledger.decide(f"{key}:{killing.id}", "correct", value={"trigger": trigger, "kind": "attack"}, who="A. Reader")
        raw, _ = written("decisions", LedgerSource(ledger))
    row = next(row for row in map(json.loads, raw.decode().splitlines()) if row["key"].endswith(killing.id))
    spans = {span["label"]: row["text"][span["start"] : span["end"]] for span in row["spans"]}
    assert (row["kind"], spans["trigger"], row["as_read"]["trigger"]["text"]) == ("attack", "police", "killed")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_spacy_component_puts_claims_on_a_doc():
    spacy = pytest.importorskip("spacy")
    from spacy.tokens import Doc, DocBin

    import asreported.spacy_component  # noqa: F401 - registers the component where the package is not installed

    nlp = spacy.blank("en")
    nlp.add_pipe("asreported")
    doc = nlp.make_doc(f"\n  {SENTENCE}")
    doc._.published = "2017-04-28"
    doc = nlp(doc)
    expected = read_string(SENTENCE, published="2017-04-28")[0].claims
    assert [claim.id for claim in doc._.claims] == [claim.id for claim in expected]
    for claim, span in zip(doc._.claims, doc.spans["claims"], strict=True):
        assert doc.text[claim.trigger.start : claim.trigger.end] == claim.trigger.text
        assert (span.text, span.label_, span.id_) == (claim.trigger.text, claim.kind, claim.id)
    assert doc.spans["evidence"][0].text == SENTENCE
    again = Doc(nlp.vocab).from_bytes(doc.to_bytes())
    assert again._.claims == doc._.claims
    bin = DocBin(docs=[doc], store_user_data=True)
    assert next(iter(DocBin().from_bytes(bin.to_bytes()).get_docs(nlp.vocab)))._.claims == doc._.claims
    foreign = nlp("Douze personnes ont été tuées mardi dans un attentat à la bombe, selon la police de la ville.")
    assert foreign._.claims == ()
    assert foreign._.refused.startswith("not-english: ")
    assert len(foreign.spans["claims"]) == 0
    assert nlp("")._.refused.startswith("empty: ")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_extensions_are_made_beside_those_that_are_there():
    from spacy.tokens import Doc

    from asreported.spacy_component import add_extensions

    add_extensions()
    Doc.remove_extension("published")
    add_extensions()
    assert Doc.has_extension("published")
