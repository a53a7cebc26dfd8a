"""Running an installation: backup and restore, watching, municipalities that come and go.  No rows of its own."""
