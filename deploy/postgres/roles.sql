-- The roles, once, as PostgreSQL's own administrator; safe to repeat.  Each has the name of the system user that signs
-- in over the local socket ("peer"), so there is no password to lose.
--
--   whistle_owner      owns the tables; migrations only, never a running server
--   whistle_app        what the server may do; nobody signs in as it
--   whistle_web        the desk's web process and the worker
--   whistle_reporter   the reporters' web process: no person's password, session or key, no case, no plan at work
--   whistle_publisher  signs the logs: reads them, and notes how far it came
--
-- The rights on tables come from `manage.py grants`, made from the models (whistle/operations/rights.py).
--
-- psql -v ON_ERROR_STOP=1 -v database=whistle -f roles.sql
SELECT format('CREATE ROLE %I NOLOGIN', name)
  FROM unnest(ARRAY['whistle_app', 'whistle_owner', 'whistle_web', 'whistle_reporter', 'whistle_publisher']) AS name
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
\gexec

ALTER ROLE whistle_app NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE whistle_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE whistle_web LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE whistle_reporter LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE whistle_publisher LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
GRANT whistle_app TO whistle_web;

-- A statement that hangs must not keep others waiting, and nobody may trade durability for speed
ALTER ROLE whistle_web SET statement_timeout = '30s';
ALTER ROLE whistle_web SET idle_in_transaction_session_timeout = '60s';
ALTER ROLE whistle_web SET lock_timeout = '15s';
ALTER ROLE whistle_reporter SET statement_timeout = '30s';
ALTER ROLE whistle_reporter SET idle_in_transaction_session_timeout = '60s';
ALTER ROLE whistle_reporter SET lock_timeout = '15s';
ALTER ROLE whistle_publisher SET idle_in_transaction_session_timeout = '60s';

SELECT format('CREATE DATABASE %I OWNER whistle_owner TEMPLATE template0 ENCODING %L LC_COLLATE %L LC_CTYPE %L',
              :'database', 'UTF8', 'C.UTF-8', 'C.UTF-8')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database')
\gexec

ALTER DATABASE :"database" OWNER TO whistle_owner;
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO whistle_app, whistle_reporter, whistle_publisher;
