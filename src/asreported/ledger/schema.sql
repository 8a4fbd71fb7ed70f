-- The ledger, in the SQL that SQLite and PostgreSQL share; {ID}, {BLOB} and {REAL} are the types that they name differently.
-- {CLUSTERED}: SQLite keeps the rows in the order of their primary key, so that there is no second tree to write.
--
-- Facts: rows are added, never changed or removed.

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);  -- schema version, id of the ledger, when it was made

-- The bytes as they came. With SQLite they lie in the folder originals/; with PostgreSQL in original_parts, in pieces,
-- since a file of JSON lines may be larger than what one value can hold.
CREATE TABLE originals (sha256 TEXT PRIMARY KEY, bytes BIGINT NOT NULL, added_at TEXT NOT NULL);
CREATE TABLE original_parts (sha256 TEXT NOT NULL, part BIGINT NOT NULL, content {BLOB} NOT NULL, PRIMARY KEY (sha256, part));

-- Title, blank line and body, packed (codec.py: zlib and a check sum); offsets of claims count its code points.
CREATE TABLE texts (sha256 TEXT PRIMARY KEY, text {BLOB} NOT NULL, characters BIGINT NOT NULL);

CREATE TABLE reports (
  n {ID}, key TEXT NOT NULL UNIQUE, id TEXT NOT NULL, text_sha256 TEXT NOT NULL REFERENCES texts (sha256),
  title TEXT NOT NULL, publisher TEXT, published TEXT, published_day BIGINT, language TEXT, url TEXT, added_at TEXT NOT NULL,
  row_sha256 TEXT NOT NULL  -- of the other columns, so that a changed one is found
);
CREATE INDEX reports_text ON reports (text_sha256);
CREATE INDEX reports_id ON reports (id);

-- Where a report was taken from; a second extractor's text of the same place in the same original is another report.
CREATE TABLE captures (
  report_n BIGINT NOT NULL REFERENCES reports (n), original_sha256 TEXT NOT NULL REFERENCES originals (sha256),
  locator TEXT NOT NULL, origin TEXT, extractor TEXT, notes TEXT NOT NULL, added_at TEXT NOT NULL, row_sha256 TEXT NOT NULL,
  PRIMARY KEY (original_sha256, locator, report_n)
);
CREATE INDEX captures_report ON captures (report_n);

-- Pairs of reports that are near-copies of each other (report_n < other_n), as many as it takes to connect each chain.
CREATE TABLE copies (
  report_n BIGINT NOT NULL REFERENCES reports (n), other_n BIGINT NOT NULL REFERENCES reports (n), similarity {REAL} NOT NULL,
  row_sha256 TEXT NOT NULL, PRIMARY KEY (report_n, other_n)
);

-- What one reader (model and version of the software) made of a report: its claims as JSON, packed. The last one of a
-- report holds; a reader that is gone back to has another row, with the claims that it had found.
CREATE TABLE readings (
  n {ID}, report_n BIGINT NOT NULL REFERENCES reports (n), reader TEXT NOT NULL, sha256 TEXT NOT NULL,
  claims {BLOB} NOT NULL, claim_count BIGINT NOT NULL, read_at TEXT NOT NULL,
  vectors {BLOB},  -- what linking compares, 96 bytes a claim in their order; null where the claims came without
  row_sha256 TEXT NOT NULL
);
CREATE INDEX readings_report ON readings (report_n, n);

-- What people decided, each row chained to the one before by its hash; n counts from 1 without gaps.
CREATE TABLE decisions (
  n BIGINT PRIMARY KEY, target TEXT NOT NULL, action TEXT NOT NULL, value TEXT NOT NULL, who TEXT NOT NULL, why TEXT NOT NULL,
  decided_at TEXT NOT NULL, previous TEXT NOT NULL, sha256 TEXT NOT NULL
);
CREATE INDEX decisions_target ON decisions (target, n);

-- Which incident a claim was linked to ('': to none any more), and when that changed; the last row of a claim holds. Each
-- row's hash is of the hash before it too.
CREATE TABLE links (
  n {ID}, claim_n BIGINT NOT NULL, incident TEXT NOT NULL, matcher TEXT NOT NULL, linked_at TEXT NOT NULL,
  sha256 TEXT NOT NULL
);
CREATE INDEX links_claim ON links (claim_n);
CREATE INDEX links_incident ON links (incident);

-- Derived: made from the facts above by code, and made again by `asreported ledger rebuild`.

-- One row a claim of a report. current: 1 for those of the latest reading, 0 for those that only earlier readings had.
CREATE TABLE claims (
  n {ID}, report_n BIGINT NOT NULL REFERENCES reports (n), reading_n BIGINT NOT NULL REFERENCES readings (n),
  position BIGINT NOT NULL,  -- among the claims of the reading
  id TEXT NOT NULL, current BIGINT NOT NULL, kind TEXT NOT NULL, status TEXT NOT NULL,
  review TEXT NOT NULL, confidence {REAL} NOT NULL,
  day_from BIGINT, day_to BIGINT,  -- proleptic ordinals; open sides are 0 and 4000000; both null: undated
  breadth BIGINT NOT NULL,  -- 0: at most 31 days, 1: at most 366, 2: longer or open, 3: undated; bounds the search for overlaps
  found_day BIGINT,  -- day_to if it is closed, else the day of publication: what results are sorted by
  lat {REAL}, lon {REAL}, cell BIGINT,  -- cell of one degree: (floor(lat) + 90) * 360 + floor(lon) + 180
  precision TEXT, place_id BIGINT, place TEXT, admin1 TEXT, country TEXT,
  source TEXT NOT NULL,  -- key of the innermost source: folded name, '?' anonymous, '' the publisher itself
  source_type TEXT, publisher TEXT,
  incident TEXT,
  UNIQUE (report_n, id)
);
CREATE INDEX claims_kind ON claims (kind, found_day);
CREATE INDEX claims_status ON claims (status, found_day);
CREATE INDEX claims_days ON claims (breadth, day_from);
-- What broad searches walk along: all that a filter which keeps much looks at, so that the row itself is left alone.
CREATE INDEX claims_found ON claims (
  found_day, n, current, kind, status, review, source_type, country, breadth, day_from, day_to, cell, place_id, lat, lon,
  precision, admin1, source, publisher
);
-- The same for the few claims that hold for more than a month, which a search for a period cannot tell by found_day.
CREATE INDEX claims_wide ON claims (
  found_day, n, current, kind, status, review, source_type, country, breadth, day_from, day_to, cell, place_id, lat, lon,
  precision, admin1, source, publisher
) WHERE breadth IN (1, 2);
CREATE INDEX claims_cell ON claims (cell, lat, lon, precision);
CREATE INDEX claims_place ON claims (place_id, found_day);
CREATE INDEX claims_place_name ON claims (place, place_id, country, admin1);  -- names are looked up by skipping along it
CREATE INDEX claims_country ON claims (country, admin1, found_day);
CREATE INDEX claims_source ON claims (source, found_day);
CREATE INDEX claims_source_type ON claims (source_type, found_day);
CREATE INDEX claims_publisher ON claims (publisher, found_day);
CREATE INDEX claims_incident ON claims (incident);
CREATE INDEX claims_review ON claims (review, found_day);
CREATE INDEX claims_earlier ON claims (n) WHERE current = 0;

CREATE TABLE actors (id TEXT PRIMARY KEY, name TEXT NOT NULL, type TEXT, country TEXT);
CREATE TABLE claim_actors (
  actor_id TEXT NOT NULL, claim_n BIGINT NOT NULL, role TEXT NOT NULL, PRIMARY KEY (actor_id, claim_n, role)
) {CLUSTERED};
CREATE INDEX claim_actors_claim ON claim_actors (claim_n);
CREATE TABLE claim_figures (
  claim_n BIGINT NOT NULL, k BIGINT NOT NULL, low {REAL}, high {REAL}, unit TEXT NOT NULL, of_role TEXT, PRIMARY KEY (claim_n, k)
) {CLUSTERED};
-- All figures of a unit are looked at, in the order of their claims: a set of numbers is quickly made of what is sorted.
CREATE INDEX claim_figures_unit ON claim_figures (unit, claim_n, low, high);

-- Bands of MinHash signatures, by which near-copies are found; chain is the report_n that stands for the copies of one text.
CREATE TABLE signatures (band BIGINT NOT NULL, report_n BIGINT NOT NULL, PRIMARY KEY (band, report_n)) {CLUSTERED};
CREATE TABLE chains (report_n BIGINT PRIMARY KEY, chain_n BIGINT NOT NULL);
CREATE INDEX chains_chain ON chains (chain_n);

-- Accounts: the claims of one report that tell of one incident; what linking compares (ledger/linking.py). A context is what
-- the accounts of a report share, with the reading and the chain of copies that they were made with.
CREATE TABLE contexts (report_n BIGINT PRIMARY KEY, reading_n BIGINT NOT NULL, chain_n BIGINT NOT NULL, data {BLOB} NOT NULL);
CREATE TABLE accounts (
  n {ID}, report_n BIGINT NOT NULL, key TEXT NOT NULL, size BIGINT NOT NULL,
  told BIGINT NOT NULL,  -- 0 where all its claims are generic, so that it tells of no incident by itself
  blocks {BLOB} NOT NULL, data {BLOB} NOT NULL
);
CREATE INDEX accounts_report ON accounts (report_n);
CREATE TABLE account_claims (claim_n BIGINT PRIMARY KEY, account_n BIGINT NOT NULL);
CREATE INDEX account_claims_account ON account_claims (account_n);
CREATE TABLE blocks (block BIGINT NOT NULL, account_n BIGINT NOT NULL, PRIMARY KEY (block, account_n));
-- Blocks with too many accounts to compare them all, which therefore make no pairs.
CREATE TABLE full_blocks (block BIGINT PRIMARY KEY, size BIGINT NOT NULL);
CREATE TABLE edges (a BIGINT NOT NULL, b BIGINT NOT NULL, probability {REAL} NOT NULL, PRIMARY KEY (a, b));
CREATE INDEX edges_b ON edges (b);
-- Accounts whose incident has to be found anew: what a linking that was stopped has left to do.
CREATE TABLE touched (account_n BIGINT PRIMARY KEY);
