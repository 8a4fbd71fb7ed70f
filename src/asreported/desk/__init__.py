"""
The review desk: a local web page over a ledger, where a person reads, decides and looks. Start reading at app.py.

It listens on the loopback alone and asks nothing of any other machine; what is decided in it is kept in the ledger.
"""
