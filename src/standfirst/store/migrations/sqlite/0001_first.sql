-- Times are microseconds since 1970 UTC. docs/store.md describes each table.
CREATE TABLE migration (version INTEGER PRIMARY KEY, at INTEGER NOT NULL);

CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO counter VALUES
  ('serial', 0),
  ('feeds', 0), ('articles', 0), ('full', 0), ('jobs', 0), ('problems', 0);

CREATE TABLE feed (
  serial INTEGER PRIMARY KEY,
  url TEXT NOT NULL UNIQUE,
  outlet TEXT NOT NULL,
  title TEXT NOT NULL,
  site TEXT NOT NULL,
  is_news INTEGER NOT NULL,
  options TEXT NOT NULL,
  articles INTEGER NOT NULL DEFAULT 0,
  waiting INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE feed_state (
  feed INTEGER PRIMARY KEY REFERENCES feed,
  due INTEGER NOT NULL,
  gone INTEGER NOT NULL,
  state TEXT NOT NULL
);
CREATE INDEX feed_state_due ON feed_state (due) WHERE gone = 0;

CREATE TABLE subscription (
  feed INTEGER PRIMARY KEY REFERENCES feed,
  folder TEXT NOT NULL,
  title TEXT NOT NULL
);

CREATE TABLE article (
  serial INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  at INTEGER NOT NULL,
  first_seen INTEGER NOT NULL,
  taken INTEGER NOT NULL,
  published INTEGER,
  url TEXT NOT NULL,
  outlet TEXT NOT NULL,
  headline TEXT NOT NULL,
  standfirst TEXT,
  state TEXT NOT NULL,
  language TEXT NOT NULL,
  source TEXT NOT NULL,
  revision TEXT NOT NULL,
  revisions INTEGER NOT NULL,
  opened INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX article_river ON article (at, serial);

CREATE TABLE revision (
  article INTEGER NOT NULL REFERENCES article,
  revision TEXT NOT NULL,
  number INTEGER NOT NULL,
  seen INTEGER NOT NULL,
  source TEXT NOT NULL,
  made_by TEXT NOT NULL,
  page TEXT NOT NULL,
  headline TEXT NOT NULL,
  fields TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (article, revision)
);

CREATE TABLE alias (url TEXT PRIMARY KEY, article INTEGER NOT NULL REFERENCES article) WITHOUT ROWID;

CREATE TABLE sighting (
  serial INTEGER PRIMARY KEY,
  feed INTEGER NOT NULL REFERENCES feed,
  key TEXT NOT NULL,
  article INTEGER NOT NULL REFERENCES article,
  digest TEXT NOT NULL,
  seen INTEGER NOT NULL,
  entry TEXT NOT NULL,
  UNIQUE (feed, key)
);
CREATE INDEX sighting_article ON sighting (article);

CREATE TABLE carried (
  feed INTEGER NOT NULL REFERENCES feed,
  at INTEGER NOT NULL,
  serial INTEGER NOT NULL REFERENCES article,
  PRIMARY KEY (feed, at, serial)
) WITHOUT ROWID;

CREATE TABLE job (
  article INTEGER PRIMARY KEY REFERENCES article,
  at INTEGER NOT NULL,
  url TEXT NOT NULL,
  feed INTEGER NOT NULL REFERENCES feed,
  due INTEGER NOT NULL,
  tries INTEGER NOT NULL
);
CREATE INDEX job_newest ON job (at, article);
CREATE INDEX job_due ON job (due);

CREATE TABLE problem (
  serial INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  stage TEXT NOT NULL,
  code TEXT NOT NULL,
  place TEXT NOT NULL,
  found TEXT NOT NULL,
  wanted TEXT NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  times INTEGER NOT NULL,
  UNIQUE (source, stage, code, place)
);
CREATE INDEX problem_last ON problem (last);

CREATE TABLE page (
  digest TEXT PRIMARY KEY,
  url TEXT NOT NULL,
  fetched INTEGER NOT NULL,
  status INTEGER NOT NULL,
  media_type TEXT NOT NULL,
  size INTEGER NOT NULL
) WITHOUT ROWID;

-- The words come folded and parted already (store/words.py): this tokenizer leaves them as they are.
CREATE VIRTUAL TABLE search USING fts5 (words, content='', tokenize='ascii');

-- The index's rowids: the hours since 1970 of the time shown, times 2^24, and a number within the hour.
CREATE TABLE shelf (
  place INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  serial INTEGER NOT NULL UNIQUE REFERENCES article
);
