-- The services' roles, for a database whose owner may make none: run it once as a superuser,
--   psql --dbname=coldlane --set owner=coldlane --file=roles.sql
-- then `coldlane db upgrade` as the owner, which grants each role its rights on each table (they are
-- written in services/core/storage/isolation/tables.py), and `coldlane db login` for the logins.
\set ON_ERROR_STOP on
\set ingest :owner _ingest
\set alerts :owner _alerts
\set api :owner _api
CREATE ROLE :"ingest" NOLOGIN;
CREATE ROLE :"alerts" NOLOGIN;
CREATE ROLE :"api" NOLOGIN;
SELECT count(*) > 0 AS timescale FROM pg_namespace WHERE nspname = '_timescaledb_internal' \gset
\if :timescale
-- Ingest makes and packs the chunks of the readings, which are kept in this schema.
GRANT CREATE ON SCHEMA _timescaledb_internal TO :"ingest";
\endif
GRANT :"ingest", :"alerts", :"api" TO :"owner" WITH ADMIN TRUE, INHERIT TRUE, SET TRUE;
