-- The services' roles, for a database whose owner may make none, or whose TimescaleDB is a superuser's:
--   psql --dbname=coldlane --set owner=coldlane --file=roles.sql
-- as a superuser; run again it changes nothing. Then `coldlane db upgrade` as the owner, which grants each
-- role its rights on each table (they are written in services/core/storage/isolation/rooms/), and the
-- logins: `coldlane db login` as an owner who may change roles (CREATEROLE), else as the superuser.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
\set ingest :owner _ingest
\set alerts :owner _alerts
\set api :owner _api
\set identity :owner _identity
SELECT format('CREATE ROLE %I NOLOGIN', wanted)
  FROM unnest(ARRAY[:'ingest', :'alerts', :'api', :'identity']) AS wanted
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) \gexec
-- Of the one table that leads from a pseudonym to a person: the API takes it for a statement.
GRANT :"identity" TO :"api" WITH INHERIT FALSE, SET TRUE;
SELECT count(*) > 0 AS timescale FROM pg_namespace WHERE nspname = '_timescaledb_internal' \gset
\if :timescale
-- Ingest makes and packs the chunks of the readings, which are kept in this schema.
GRANT CREATE ON SCHEMA _timescaledb_internal TO :"ingest";
\endif
GRANT :"ingest", :"alerts", :"api", :"identity" TO :"owner" WITH ADMIN TRUE, INHERIT TRUE, SET TRUE;
