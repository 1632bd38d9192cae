#!/bin/sh
# Runs once, when the database's folder is empty: two roles beside PostgreSQL's own operator.
# otonai_owner owns the tables and migrates; otonai_app is what the server uses. Neither is above row-level security.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
  --set owner="$(cat /run/secrets/database_owner_password)" \
  --set app="$(cat /run/secrets/database_app_password)" <<'SQL'
CREATE ROLE otonai_owner LOGIN PASSWORD :'owner' NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
CREATE ROLE otonai_app LOGIN PASSWORD :'app' NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
ALTER DATABASE otonai OWNER TO otonai_owner;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
SQL
