-- rebuild
-- Version 0 is what development versions kept: the bytes in one value, and no hash of the rows of reports and captures.
CREATE TABLE original_parts (sha256 TEXT NOT NULL, part BIGINT NOT NULL, content {BLOB} NOT NULL, PRIMARY KEY (sha256, part));
INSERT INTO original_parts SELECT sha256, 0, content FROM originals WHERE content IS NOT NULL;
ALTER TABLE originals DROP COLUMN content;
-- Filled by migrate.py: SQL has no SHA-256.
ALTER TABLE reports ADD COLUMN row_sha256 TEXT NOT NULL DEFAULT '';
ALTER TABLE captures ADD COLUMN row_sha256 TEXT NOT NULL DEFAULT '';
