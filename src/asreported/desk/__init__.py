"""
The review desk: a local web page over a ledger, where a person reads, decides and looks. Start reading at app.py.

It listens on the loopback alone, asks nothing of any other machine, and every decision made in it is one of the ledger's.
"""
