-- One row: what everything here is a version of. Each change takes the next revision in its transaction, so that revisions are
-- visible in their order. The others are the revisions at which APIs, overrides and drafts were changed last.
CREATE TABLE understudy_state (
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  revision bigint NOT NULL DEFAULT 0,
  apis bigint NOT NULL DEFAULT 0,
  overrides bigint NOT NULL DEFAULT 0,
  drafts bigint NOT NULL DEFAULT 0
);
INSERT INTO understudy_state DEFAULT VALUES;

-- archives: names of what its revisions were deployed as.
CREATE TABLE understudy_api (
  key text PRIMARY KEY,
  changed bigint NOT NULL,
  archives text[] NOT NULL,
  record json NOT NULL
);
CREATE INDEX understudy_api_changed ON understudy_api (changed);
CREATE INDEX understudy_api_archives ON understudy_api USING gin (archives);

-- name: SHA-256 of the content, and what it is.
CREATE TABLE understudy_archive (
  name text PRIMARY KEY,
  content bytea NOT NULL
);

CREATE TABLE understudy_override (
  url text PRIMARY KEY,
  record json NOT NULL
);

CREATE TABLE understudy_draft (
  api text PRIMARY KEY,
  record json NOT NULL
);

-- What each process last said of itself. Nothing is lost with it that is not said again within seconds.
CREATE UNLOGGED TABLE understudy_gateway (
  instance uuid PRIMARY KEY,
  name text NOT NULL,
  heard timestamptz NOT NULL,
  record json NOT NULL
);
