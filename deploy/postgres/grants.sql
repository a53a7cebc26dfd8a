-- Who may do what, as whistle_owner, after every migration; safe to repeat.  In one transaction: nobody is without
-- their rights for a moment, and a new table is the server's only once this has run.
--
-- psql -v ON_ERROR_STOP=1 -f grants.sql whistle
BEGIN;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO whistle_app, whistle_publisher;

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, whistle_app, whistle_web, whistle_publisher;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, whistle_app, whistle_web, whistle_publisher;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC, whistle_app, whistle_web, whistle_publisher;

GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO whistle_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO whistle_app;

-- The log and what its hashes stand for are written once.  The triggers say so too; this holds when they are gone.
REVOKE UPDATE, DELETE ON audit_entry, audit_document FROM whistle_app;
-- Figures that stand, and editions of the plan
REVOKE UPDATE, DELETE ON plan_reading, plan_edition, plan_measureupdate FROM whistle_app;
-- The record of migrations is the owner's
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM whistle_app;

-- The publisher reads the log and the organisations' names, adds entries of its own (anchors, padding, alarms) and
-- notes how far it came.  It sees no box, no item, no seal, no person.
GRANT SELECT ON audit_entry, audit_document, audit_inforce, audit_approval, audit_alarm, organisations_organisation
   TO whistle_publisher;
GRANT INSERT ON audit_entry, audit_document, audit_alarm TO whistle_publisher;
GRANT UPDATE (desk_size) ON audit_inforce TO whistle_publisher;
GRANT USAGE ON SEQUENCE audit_entry_id_seq, audit_document_id_seq, audit_alarm_id_seq TO whistle_publisher;
COMMIT;
