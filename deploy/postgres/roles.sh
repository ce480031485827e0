#!/bin/sh
# Makes the two roles and the database. The PostgreSQL image runs it once, when the data folder is made.
set -eu

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres \
    --set owner_password="$OWNER_PASSWORD" --set application_password="$APPLICATION_PASSWORD" <<'SQL'
create role livecup_owner login password :'owner_password';
create role livecup login password :'application_password';
create database livecup owner livecup_owner template template0 encoding 'UTF8' locale 'C.UTF-8';
revoke connect on database livecup from public;
grant connect on database livecup to livecup;
SQL
