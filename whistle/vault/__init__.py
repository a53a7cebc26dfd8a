"""WBE1, the envelope: end-to-end encryption of reports. Pure: bytes in, bytes out. The format is in README.md."""
