-- For Debian's PostgreSQL: sudo -u postgres psql --file deploy/systemd/database.sql
-- The roles bear the names of the system users, which PostgreSQL recognises on its socket.
create role livecup_owner login;
create role livecup login;
create database livecup owner livecup_owner template template0 encoding 'UTF8' locale 'C.UTF-8';
revoke connect on database livecup from public;
grant connect on database livecup to livecup;
