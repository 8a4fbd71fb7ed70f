"""
Annotation of texts that are not ours, kept without a word of them: offsets, labels and the SHA-256 of each text.

    annotated reports (*.gold.json) → stand-off:
    python corpus/standoff.py pack FOLDER … --articles ARTICLES.jsonl … -o corpus/standoff/NAME.jsonl.gz
    stand-off + the texts → *.gold.json:
    python corpus/standoff.py join corpus/standoff/NAME.jsonl.gz … --articles ARTICLES.jsonl … -o FOLDER

ARTICLES.jsonl holds one report a line: id, published, publisher, title, text. What was annotated may be a part of it:
`skip` says where in the text that begins. A report whose text is not the annotated one (its hash differs) is named and
left out; exit code 1 then.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Json = dict[str, Any]


def pack(gold: Json, article: Json | None = None) -> Json:
    """
    A gold report without its words; `article` is where its text comes from, by default the report of the same id.

    Every quotation becomes its offsets. What the reader wrote himself stays: the name that a pronoun stands for, the
    place and the days that a claim resolves to.
    """
    claims = []
    for claim in gold["claims"]:
        bare = {key: claim[key] for key in ("kind", "status", "sentence", "when", "where", "n", "incident")}
        bare["trigger"] = claim["trigger"]["span"]
        bare["roles"] = [{key: r[key] for key in ("role", "span", "carried", "entity")} for r in claim["roles"]]
        bare["sources"] = [{key: s[key] for key in ("span", "cue_span", "carried", "entity")} for s in claim["sources"]]
        claims.append({key: value for key, value in bare.items() if value is not None})
    full = gold["full"]
    bare = {"id": gold["id"], "length": len(full), "sha256": sha256(full), "claims": claims}
    if article is not None:
        bare |= {"article": article["id"], "skip": article["text"].strip().index(gold["text"])}
    return bare


def join(bare: Json, article: Json) -> Json:
    """
    The gold report again, from its stand-off and the text; the text may go on after what was annotated.

    Raises: ValueError where the text is another.
    """
    title, body = (article.get("title") or "").strip(), article["text"].strip()[bare.get("skip", 0) :]
    full = (f"{title}\n\n{body}" if title else body)[: bare["length"]]
    if sha256(full) != bare["sha256"]:
        raise ValueError(f"{bare['id']}: the text is not the one that was annotated")
    quote = lambda span: full[span[0] : span[1]] if span else None  # noqa: E731
    claims = []
    for claim in bare["claims"]:
        roles = [{**r, "text": quote(r["span"])} for r in claim["roles"]]
        sources = [{**s, "text": quote(s["span"]) or "?", "cue": quote(s["cue_span"]) or ""} for s in claim["sources"]]
        trigger = {"span": claim["trigger"], "text": quote(claim["trigger"])}
        values = {key: claim.get(key) for key in ("when", "where", "n", "incident")}
        claims.append({**claim, **values, "trigger": trigger, "roles": roles, "sources": sources})
    return {
        "id": bare["id"],
        "published": article.get("published") or "",
        "publisher": article.get("publisher") or "",
        "title": title,
        "text": full[len(title) + 2 :] if title else full,
        "full": full,
        "claims": claims,
    }


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def read_lines(path: Path) -> Iterator[Json]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def read_articles(paths: list[Path]) -> dict[str, Json]:
    return {article["id"]: article for path in paths for article in read_lines(path)}


def run_pack(folders: list[Path], articles: list[Path], out: Path) -> int:
    """Packs each report once: of two annotations of one report the first folder's stays."""
    texts = read_articles(articles)
    packed: dict[str, Json] = {}
    for path in [p for folder in folders for p in sorted(folder.rglob("*.gold.json"))]:
        gold = json.loads(path.read_text("utf-8"))
        if gold["id"] in packed:
            continue
        article = None if not texts or gold["id"] in texts else find_article(gold, texts)
        packed[gold["id"]] = bare = pack(gold, article)
        if texts:
            join(bare, texts[bare.get("article", bare["id"])])  # so that nothing is packed that cannot be joined
    out.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(bare, ensure_ascii=False, separators=(",", ":")) + "\n" for bare in packed.values()]
    out.write_bytes(gzip.compress("".join(lines).encode(), mtime=0))
    print(f"{len(packed)} reports, {sum(len(b['claims']) for b in packed.values())} claims")
    return 0


def find_article(gold: Json, texts: dict[str, Json]) -> Json:
    """The article that holds the text of `gold`. Raises: ValueError where none does."""
    for article in texts.values():
        if gold["text"] in article["text"] and gold["title"] == (article.get("title") or "").strip():
            return article
    raise ValueError(f"{gold['id']}: no article holds its text")


def run_join(standoff: list[Path], articles: list[Path], out: Path) -> int:
    texts = read_articles(articles)
    out.mkdir(parents=True, exist_ok=True)
    missing = 0
    for path in standoff:
        for bare in read_lines(path):
            article = bare.get("article", bare["id"])
            try:
                if article not in texts:
                    raise ValueError(f"{bare['id']}: no article {article}")
                gold = join(bare, texts[article])
            except ValueError as err:
                missing += 1
                print(f"left out: {err}", file=sys.stderr)
                continue
            (out / f"{bare['id']}.gold.json").write_text(json.dumps(gold, ensure_ascii=False, indent=1), "utf-8")
    return 1 if missing else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    packing = commands.add_parser("pack")
    packing.add_argument("folders", type=Path, nargs="+")
    joining = commands.add_parser("join")
    joining.add_argument("standoff", type=Path, nargs="+", help="of two annotations of one report the last one stays")
    for command in (packing, joining):
        command.add_argument("--articles", type=Path, nargs="+", default=[], help="the texts, as JSON lines")
        command.add_argument("-o", "--out", type=Path, required=True)
    args = parser.parse_args()
    if args.command == "pack":
        try:
            return run_pack(args.folders, args.articles, args.out)
        except ValueError as err:
            print(err, file=sys.stderr)
            return 1
    return run_join(args.standoff, args.articles, args.out)


if __name__ == "__main__":
    sys.exit(main())
