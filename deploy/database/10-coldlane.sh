#!/bin/sh
# Run once by the database container on an empty volume: the product's login, its database, the
# extension that only a superuser may add, and the services' roles. The login makes roles and owns
# its tables; no superuser.
set -eu
psql --username "$POSTGRES_USER" --dbname postgres --set ON_ERROR_STOP=1 \
  --set password="$DEPLOY_DB_PASSWORD" <<'SQL'
CREATE ROLE coldlane LOGIN CREATEROLE PASSWORD :'password';
ALTER ROLE coldlane SET createrole_self_grant = 'set, inherit';
CREATE DATABASE coldlane OWNER coldlane;
SQL
psql --username "$POSTGRES_USER" --dbname coldlane --set ON_ERROR_STOP=1 \
  --command 'CREATE EXTENSION IF NOT EXISTS timescaledb'
psql --username "$POSTGRES_USER" --dbname coldlane --set owner=coldlane \
  --file "${DEPLOY_ROLES_FILE:-/docker-entrypoint-initdb.d/roles/roles.sql}"
