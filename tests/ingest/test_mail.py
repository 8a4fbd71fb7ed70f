"""ingest/mail.py: what the sender wrote, with subject, day and sender; attachments are reports of their own."""

import io
import time
import tracemalloc
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asreported.ingest.limits import Limits
from asreported.ingest.mail import read_mail, read_mbox, split_mbox
from asreported.records import Refusal, Report

FIRST = "Twelve people were killed on Tuesday when gunmen stormed the market of Tal Sabr, the governor of Ariva said."
SECOND = "The Free Valley Front denied that its fighters had been in the town. Nobody could check the figures there."
WRAPPED = """\
Twelve people were killed on Tuesday when gunmen stormed the market of
Tal Sabr, the governor of Ariva said.

The Free Valley Front denied that its fighters had been in the town.
Nobody could check the figures there.
"""
HEAD = """\
From: "Ariva Monitor" <desk@ariva.example>
To: list@ariva.example
Subject: Raid on the market of Tal Sabr
Date: Tue, 2 May 2017 23:40:00 +0300
Message-ID: <17.raid@ariva.example>
MIME-Version: 1.0
"""


def mail(body: str = WRAPPED, head: str = HEAD, kind: str = "text/plain; charset=utf-8") -> bytes:
    return f"{head}Content-Type: {kind}\n\n{body}".encode()


def read(raw: bytes, **options) -> list[Report | Refusal]:
    return list(read_mail(raw, id="raid", origin="raid.eml", **options))


def read_one(raw: bytes) -> Report:
    (report,) = read(raw)
    assert isinstance(report, Report), report
    return report


def body_of(raw: bytes) -> list[str]:
    report = read_one(raw)
    return report.text.removeprefix(report.title).strip().split("\n\n")


def test_message_is_subject_day_sender_and_unwrapped_text():
    report = read_one(mail())
    assert report.text == f"Raid on the market of Tal Sabr\n\n{FIRST}\n\n{SECOND}"
    assert (report.title, report.published) == ("Raid on the market of Tal Sabr", "2017-05-02")
    assert (report.publisher, report.id) == ("Ariva Monitor", "17.raid@ariva.example")
    assert (report.origin, report.extractor, report.url, report.notes) == ("raid.eml", "mail", None, ())


# ---- headers -----------------------------------------------------------------------------


def with_header(name: str, value: str) -> Report:
    lines = [line for line in HEAD.splitlines() if not line.startswith(f"{name}:")]
    return read_one(mail(head="\n".join([*lines, f"{name}: {value}", ""])))


@pytest.mark.parametrize(
    ("value", "published"),
    [
        ("Tue, 2 May 2017 23:40:00 +0300", "2017-05-02"),
        ("2 May 17 00:10:00 GMT", "2017-05-02"),
        (
            "Tue, 02 May 2017 23:40:00 +0300 (Eastern European Summer Time, or what this machine takes for it)",
            "2017-05-02",
        ),
        ("Tue May  2 23:40:00 2017", "2017-05-02"),
        ("04/05/2017", None),
        ("yesterday", None),
        ("Tue, 42 May 2017 23:40:00 +0300", None),
        ("", None),
    ],
)
def test_day_is_the_one_that_is_written(value, published):
    report = with_header("Date", value)
    assert report.published == published
    assert bool(report.notes) == (published is None and value != "")


@pytest.mark.parametrize(
    ("value", "publisher"),
    [
        ("desk@ariva.example", "desk@ariva.example"),
        ("Ariva Monitor <desk@ariva.example>", "Ariva Monitor"),
        ('"Monitor, Ariva" <desk@ariva.example>', "Monitor, Ariva"),
        ("=?utf-8?q?Zo=C3=AB_N=C3=BA=C3=B1ez?= <zoe@ariva.example>", "Zoë Núñez"),
        ("=?utf-8?b?TW9uaXRvciwgQXJpdmE=?= <desk@ariva.example>", "Monitor, Ariva"),
        ("<>", None),
        ("(((((", None),
    ],
)
def test_publisher_is_the_senders_name_else_the_address(value, publisher):
    assert with_header("From", value).publisher == publisher


@pytest.mark.parametrize(
    ("value", "title"),
    [
        ("=?utf-8?q?Raid_in_Zo=C3=AB=27s?= =?utf-8?q?_bakery?=", "Raid in Zoë's bakery"),
        ("Raid in\n a market", "Raid in a market"),
        ("=?utf-8?b?!!!?= raid", "raid"),
        ("=?no-such?q?raid?=", "raid"),
        ("Raid in Zoë’s bakery", "Raid in Zoë’s bakery"),
        ("", ""),
    ],
)
def test_subject_is_decoded(value, title):
    assert with_header("Subject", value).title == title


def test_address_is_where_the_mail_is_archived():
    assert with_header("Archived-At", "<https://ariva.example/list/17>").url == "https://ariva.example/list/17"
    assert with_header("Archived-At", "<javascript:alert(1)>").url is None


# ---- text --------------------------------------------------------------------------------


def test_quoted_replies_and_the_signature_are_left_out_and_counted():
    quoted = "On Mon, 1 May 2017 at 10:00, Omar Haddad <o@ariva.example>\nwrote:\n\n> Were nine killed?\n> Or ten?\n"
    report = read_one(mail(f"{quoted}\n{WRAPPED}\n-- \nZoë\nAriva Monitor\n"))
    assert report.text.removeprefix(report.title).strip() == f"{FIRST}\n\n{SECOND}"
    assert report.notes == ("4 lines of quoted replies left out", "2 lines of signature left out")


@pytest.mark.parametrize(
    "original",
    [
        "-----Original Message-----\nFrom: Omar\nNine were killed.",
        "From: Omar Haddad\nSent: Monday, 1 May 2017\nTo: Zoë\nSubject: Raid\n\nNine were killed.",
    ],
)
def test_mail_that_is_answered_is_left_out(original):
    report = read_one(mail(f"{FIRST}\n\n{original}\n"))
    assert "Nine" not in report.text
    assert "of quoted replies left out" in report.notes[0]


def test_text_that_is_all_quoted_is_kept():
    report = read_one(mail("".join(f"> {line}\n" for line in WRAPPED.splitlines())))
    assert report.text.endswith(f"{FIRST}\n\n{SECOND}")
    assert report.notes == ("all of its text is quoted; it was kept",)


def test_forwarded_mail_is_kept():
    body = f"---------- Forwarded message ---------\nFrom: Omar\nDate: Mon\nSubject: Raid\n\n{WRAPPED}"
    assert body_of(mail(body))[-2:] == [FIRST, SECOND]


def test_flowed_text_is_joined_as_the_standard_says():
    body = "Twelve people were killed on \nTuesday in Tal Sabr.\nNine fled.\n\n From here \nto there.\n> Who?\n"
    expected = ["Twelve people were killed on Tuesday in Tal Sabr.", "Nine fled.", "From here to there."]
    assert body_of(mail(body, kind="text/plain; charset=utf-8; format=flowed")) == expected
    body = "Twelve people were kil \nled in Tal Sabr.\n"
    expected = ["Twelve people were killed in Tal Sabr."]
    assert body_of(mail(body, kind="text/plain; charset=utf-8; format=flowed; delsp=yes")) == expected


def test_wrapped_words_keep_their_hyphens():
    body = "Twelve people were killed on Tuesday by fire from what were long-\nrange guns.\n"
    assert body_of(mail(body)) == ["Twelve people were killed on Tuesday by fire from what were long-range guns."]


@pytest.mark.parametrize(
    ("charset", "actual"),
    [
        ("utf-8", "utf-8"),
        ("us-ascii", "utf-8"),
        ("iso-8859-1", "cp1252"),
        ("no-such", "cp1252"),
        ("\x00", "utf-8"),
        ("", "utf-8"),
    ],
)
def test_charsets_wrong_or_unknown_are_read(charset, actual):
    text = "Twelve people were killed in Zoë’s bakery, said Núñez of the Ariva Monitor on Tuesday."
    raw = (
        f"{HEAD}Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit\n\n".encode()
        + text.encode(actual)
    )
    assert body_of(raw) == [text]


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "7bit", "x-uuencode", "no-such"])
def test_broken_transfer_encodings_do_not_raise(encoding):
    for body in ("VHdlbHZl=\x80", "=ZZ=4", "begin 666 x\n#0V%T\nend\n", WRAPPED):
        read(f"{HEAD}Content-Type: text/plain\nContent-Transfer-Encoding: {encoding}\n\n{body}".encode("latin-1"))


# ---- HTML and alternatives ---------------------------------------------------------------

PAGE = f"<html><body><p>{FIRST}</p><p>{SECOND}</p></body></html>"


def test_html_is_read_as_paragraphs():
    assert body_of(mail(PAGE, kind="text/html; charset=utf-8")) == [FIRST, SECOND]
    short = "<div>Nine killed in Ariva.<br><br>Ten fled.</div>"
    report = read_one(mail(short, kind="text/html; charset=utf-8"))
    assert report.text.removeprefix(report.title).strip() == "Nine killed in Ariva.\n\nTen fled."
    assert report.extractor.startswith("mail, ")


def test_quoted_html_is_left_out_and_forwarded_html_stays():
    quoted = (
        "<div class='gmail_quote'><div class='gmail_attr'>On Monday, Omar wrote:</div><p>Were nine killed?</p></div>"
    )
    report = read_one(mail(f"{PAGE}{quoted}", kind="text/html"))
    assert "nine" not in report.text
    assert report.notes == ("a quoted reply or signature left out",)
    forwarded = f"<p>See below.</p><div class='gmail_quote'>---------- Forwarded message ---------<p>{FIRST}</p></div>"
    assert FIRST in read_one(mail(forwarded, kind="text/html")).text


def built(text: str | None = WRAPPED, html: str | None = None) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["Subject"], message["Message-ID"] = (
        "Ariva Monitor <d@ariva.example>",
        "Raid",
        "<m1@ariva.example>",
    )
    message["Date"] = "Tue, 2 May 2017 23:40:00 +0300"
    if text is not None:
        message.set_content(text)
    if html is not None:
        message.add_alternative(html, subtype="html")
    return message


def test_plain_text_is_preferred_unless_it_says_nothing():
    assert body_of(built(html="<p>Other words.</p>").as_bytes()) == [FIRST, SECOND]
    assert body_of(built("Cannot be shown.", PAGE * 3).as_bytes())[0] == FIRST


# ---- attachments -------------------------------------------------------------------------


def docx_bytes() -> bytes:
    import docx

    document = docx.Document()
    document.add_paragraph("Nine people fled from Deir Salim on Friday, said the mayor.")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def pdf_bytes() -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawString(72, 700, "Thirty people fled from Deir Salim on Friday, said the mayor.")
    canvas.save()
    return out.getvalue()


@pytest.mark.filterwarnings("ignore:.*:DeprecationWarning:reportlab")
def test_attachments_are_reports_of_their_own():
    message = built()
    word = "vnd.openxmlformats-officedocument.wordprocessingml.document"
    message.add_attachment(docx_bytes(), maintype="application", subtype=word, filename="a.docx")
    message.add_attachment(b"\x89PNG\r\n", maintype="image", subtype="png", filename="map.png")
    message.add_attachment(pdf_bytes(), maintype="application", subtype="octet-stream", filename="b.pdf")
    message.add_attachment("Date: 3 May 2017\n\nTwo died in Ariva.", filename="c.txt")
    message.add_attachment(PAGE, subtype="html", filename="d.html")
    message.add_attachment(mail(), maintype="application", subtype="octet-stream", filename="e.eml")
    results = read(message.as_bytes())
    assert [(r.origin, r.extractor.split()[0]) for r in results if isinstance(r, Report)] == [
        ("raid.eml", "mail"),
        ("raid.eml:1", "python-docx"),
        ("raid.eml:3", "pypdf"),
        ("raid.eml:4", "text"),
        ("raid.eml:5", "trafilatura"),
        ("raid.eml:6", "mail"),
    ]
    own, word, pdf, text, *_, inner = results
    assert own.notes == ("attached and not read: 'map.png'",)
    assert (word.id, word.published, word.text.split()[0]) == ("m1@ariva.example:1", None, "Nine")
    assert pdf.notes == ("attached to the mail 'm1@ariva.example' as 'b.pdf'",)
    assert (text.published, text.text) == ("2017-05-03", "Two died in Ariva.")
    assert (inner.id, inner.published) == ("17.raid@ariva.example", "2017-05-02")


def test_damaged_attachment_is_refused_and_the_rest_is_read():
    message = built()
    message.add_attachment(b"%PDF-1.7 junk", maintype="application", subtype="pdf", filename="a.pdf")
    message.add_attachment("Two died in Ariva.", filename="c.txt")
    own, broken, text = read(message.as_bytes())
    assert (own.text.count(FIRST), broken.reason, broken.origin) == (1, "damaged", "raid.eml:1")
    assert text.text == "Two died in Ariva."


def test_messages_of_a_digest_are_read_as_their_own():
    parts = "".join(
        f"--cut\n\n{HEAD.replace('17.raid', f'{n}.raid')}\n{n} people died in Ariva.\n\n" for n in (1, 2, 3)
    )
    raw = mail(f"{parts}--cut--\n", kind="multipart/digest; boundary=cut")
    assert [(r.origin, r.id, r.text.split("\n\n")[1]) for r in read(raw)] == [
        (f"raid.eml:{n}", f"{n}.raid@ariva.example", f"{n} people died in Ariva.") for n in (1, 2, 3)
    ]


def test_mails_in_mails_are_opened_two_deep():
    raw = mail("Nine died in Ariva.")
    for n in (3, 2, 1, 0):
        raw = (
            (
                f"From: a@b.example\nSubject: {n}\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b{n}\n\n"
                f"--b{n}\n\nLetter {n} says that nine died.\n--b{n}\nContent-Type: message/rfc822\n\n"
            ).encode()
            + raw
            + f"\n--b{n}--\n".encode()
        )
    results = read(raw)
    assert [r.origin for r in results] == ["raid.eml", "raid.eml:1", "raid.eml:1.1", "raid.eml:1.1.1"]
    assert isinstance(results[-1], Refusal)


# ---- refusals ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (mail(""), "empty"),
        (b"Twelve people died.\n", "damaged"),
        (b"", "damaged"),
        (mail("--x\n\nVersion: 1\n--x--\n", kind="multipart/encrypted; boundary=x"), "encrypted"),
        (mail("MIAG", kind="application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m"), "encrypted"),
        (mail("x", kind="image/png; name=a.png"), "empty"),
        (
            mail("Douze personnes ont été tuées mardi dans un attentat sur le marché, a dit le maire. " * 3),
            "not-english",
        ),
    ],
    ids=["no text", "no headers", "nothing", "PGP", "S/MIME", "picture", "French"],
)
def test_mail_without_readable_text_is_refused(raw, reason):
    (refusal,) = read(raw)
    assert isinstance(refusal, Refusal)
    assert (refusal.reason, refusal.origin) == (reason, "raid.eml")


def test_message_that_is_cut_says_so():
    raw = mail(f"--x\nContent-Type: text/plain\n\n{WRAPPED}", kind="multipart/mixed; boundary=x")
    assert read_one(raw).notes == ("the message ends before its end mark: something may be missing",)


NESTED = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(100_000))
HOSTILE = {
    "long subject": mail(head=HEAD.replace("Raid on", "Raid " * 200_000)),
    "long sender": mail(head=HEAD.replace("desk@", "(" * 1_000_000)),
    "long type": mail(kind="text/plain" + ';"' * 500_000),
    "long encoded word": mail(
        head=HEAD.replace("Raid", "=?utf-8?b?" + "QUFB" * 100_000 + "?=" + "=?utf-8?q?x?= " * 50_000)
    ),
    "long header name": mail(head=f"{'X' * 1_000_000}: y\n{HEAD}"),
    "many headers": mail(head="X: y\n" * 100_000 + HEAD),
    "nested": f"{HEAD}{NESTED}".encode(),
    "many parts": mail("--x\n\n\n" * 30_000, kind="multipart/mixed; boundary=x"),
    "no boundary": mail("--x\n\nTwelve died.\n--x--", kind="multipart/mixed"),
    "odd boundary": mail("--x\n\nTwelve died.\n--x--", kind='multipart/mixed; boundary="(((\x00"'),
    "quotes": mail("On Monday wrote:\n> x\n" * 20_000),
    "announcements": mail(("On " + "wrote " * 100 + "\n") * 5_000 + "> x\n"),
    "one line": mail("- " * 1_000_000),
    "answered": mail("x\n" + "From: x\nSent: y\n" * 20_000),
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_mail_is_read_or_refused_quickly(raw):
    started = time.process_time()
    results = read(raw)
    assert results
    assert all(isinstance(result, Report | Refusal) for result in results)
    assert time.process_time() - started < 8


# ---- mailboxes ---------------------------------------------------------------------------

FROM = "From desk@ariva.example Tue May  2 23:40:00 2017\n"


def mailbox(*messages: bytes) -> bytes:
    return b"".join(FROM.encode() + message.replace(b"\nFrom ", b"\n>From ") + b"\n" for message in messages)


def read_box(raw: bytes, **options) -> list[Report | Refusal]:
    return list(read_mbox(io.BytesIO(raw), name="box", origin="box.mbox", **options))


def test_mailbox_is_read_message_by_message():
    nameless = mail("Nine died in Ariva.\n\nFrom the hills they came.\n>From here.\n", head="From: a@b.example\n")
    first, second = read_box(mailbox(mail(), nameless))
    assert (first.origin, first.id) == ("box.mbox:1", "17.raid@ariva.example")
    assert (second.origin, second.id) == ("box.mbox:2", "box:2")
    assert second.text == "Nine died in Ariva.\n\nFrom the hills they came.\n\nFrom here."


def test_attachments_in_a_mailbox_are_numbered_below_their_message():
    message = built()
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="map.png")
    message.add_attachment("Two died in Ariva.", filename="c.txt")
    assert [r.origin for r in read_box(mailbox(mail(), message.as_bytes()))] == [
        "box.mbox:1",
        "box.mbox:2",
        "box.mbox:2.2",
    ]


def test_message_above_the_limit_is_refused_and_the_rest_is_read():
    first, second, third = read_box(mailbox(mail(), mail("x " * 5000), mail()), limits=Limits(file=3000))
    assert (first.origin, second.reason, second.origin, third.origin) == (
        "box.mbox:1",
        "too-large",
        "box.mbox:2",
        "box.mbox:3",
    )


def test_what_is_no_mailbox_is_refused():
    for raw in (b"", b"Twelve died.\nFrom now on", mail()):
        (refusal,) = read_box(raw)
        assert (refusal.reason, refusal.origin) == ("damaged", "box.mbox")


def test_mailbox_is_streamed_in_little_memory():
    class Endless(io.RawIOBase):
        left = 40_000_000

        def readable(self) -> bool:
            return True

        def readinto(self, buffer) -> int:
            block = (b"x" * 999 + b"\n") * 8
            size = min(len(buffer), len(block), self.left)
            buffer[:size] = block[:size]
            self.left -= size
            return size

    class Box(io.BufferedReader):
        first = True

        def readline(self, size: int = -1) -> bytes:
            if self.first:
                self.first = False
                return FROM.encode()
            return super().readline(size)

    tracemalloc.start()
    assert list(split_mbox(Box(Endless()), 1_000_000)) == [None]
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


@given(st.lists(st.text(alphabet="ab >From:\n", max_size=80).map(str.encode), max_size=5))
def test_mailbox_gives_back_what_was_put_in(bodies):
    box = b"".join(
        FROM.encode()
        + b"".join(b">" * (line.lstrip(b">")[:5] == b"From ") + line for line in body.splitlines(keepends=True))
        + b"\n"
        for body in bodies
    )
    assert list(split_mbox(io.BytesIO(box), 10_000)) == [body + b"\n" for body in bodies]


# ---- any bytes ---------------------------------------------------------------------------


def seeds() -> list[bytes]:
    message = built(html=PAGE)
    message.add_attachment("Two died in Ariva.", filename="c.txt")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="map.png")
    return [mail(), message.as_bytes(), mailbox(mail(), message.as_bytes())]


SEEDS = seeds()


def check(raw: bytes) -> None:
    for result in [*read(raw), *read_box(raw)]:
        assert isinstance(result, Report | Refusal)
        if isinstance(result, Report):
            result.text.encode("utf-8")
            (result.publisher or "").encode("utf-8")
            "".join(result.notes).encode("utf-8")


@settings(max_examples=40)
@given(st.sampled_from(SEEDS), st.floats(0, 1))
def test_any_cut_is_reports_or_refusals(seed, share):
    check(seed[: int(share * len(seed))])


@settings(max_examples=100)
@given(st.sampled_from(SEEDS), st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), max_size=8))
def test_any_flipped_bits_are_reports_or_refusals(seed, flips):
    raw = bytearray(seed)
    for share, mask in flips:
        raw[int(share * len(raw))] ^= mask
    check(bytes(raw))


@settings(max_examples=100)
@given(
    st.binary(max_size=200),
    st.sampled_from(["From", "Subject", "Date", "Content-Type", "Message-ID", "Content-Disposition"]),
)
def test_any_header_is_read(value, name):
    check(f"{name}: ".encode() + value + b"\n" + mail())


# ---- passed on, signed -------------------------------------------------------------------


def test_what_is_passed_on_keeps_its_signs():
    head = "See below.\n\n---------- Forwarded message ---------\nFrom: A <a@b.example>"
    parts = body_of(mail(f"{head}\n\nMore than > 20 died.\n\n> {FIRST}\n"))
    assert parts[-3:] == ["From: A <a@b.example>", "More than > 20 died.", FIRST]


ARMOR = "-----BEGIN PGP SIGNATURE-----\n\niQIzBAEBCgAdFiEE\n=abcd\n-----END PGP SIGNATURE-----\n"


def test_signed_text_is_read_without_its_signature():
    signed = f"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n{FIRST}\n\n- -- \nDesk\n"
    report = read_one(mail(signed + ARMOR))
    assert report.text == f"{report.title}\n\n{FIRST}"
    assert report.notes == (
        "a PGP signature, which was not checked, was left out",
        "1 line of signature left out",
    )


def test_encrypted_text_is_refused_and_a_block_without_an_end_is_kept():
    block = "-----BEGIN PGP MESSAGE-----\n\nhQIMA0000000000\n=abcd\n"
    (refusal,) = read(mail(f"{block}-----END PGP MESSAGE-----\n"))
    assert isinstance(refusal, Refusal)
    assert refusal.reason == "encrypted"
    assert "BEGIN PGP MESSAGE" in read_one(mail(f"{FIRST}\n\n{block}")).text
    report = read_one(mail(f"{FIRST}\n\n{block}-----END PGP MESSAGE-----\n"))
    assert report.text.endswith(FIRST)
    assert report.notes == ("an encrypted part was left out",)


@pytest.mark.parametrize("kind", ["text/calendar; method=REQUEST", "text/x-vcard", "text/rfc822-headers"])
def test_text_for_programs_is_no_text_of_the_mail(kind):
    parts = f"--b\nContent-Type: text/plain\n\n{FIRST}\n--b\nContent-Type: {kind}\n\nBEGIN:VCALENDAR\n--b--\n"
    report = read_one(mail(parts, kind="multipart/mixed; boundary=b"))
    assert report.text == f"{report.title}\n\n{FIRST}"
    assert report.notes == (f"attached and not read: {kind.partition(';')[0]!r}",)
