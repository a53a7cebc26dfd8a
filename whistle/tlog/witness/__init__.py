"""A witness: a machine of somebody else's that remembers how far a log had come. Source: C2SP tlog-witness.

`core` decides, `server` is a small program around it (`python -m whistle.tlog.witness`), `client` asks. These
two are the only parts of `tlog` that touch a network, and they use the standard library for it.
"""
