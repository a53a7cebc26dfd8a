"""A tamper-evident log that strangers can check: RFC 6962 tree, C2SP notes, tiles and witnesses.

The format is written in README.md beside this file. Nothing here knows Django, the database or what an entry
means: bytes come in, files, hashes and signed notes go out.
"""
