"""
Pages asked for one by one and kept as they came, for `asreported fetch` alone: nothing else here opens a connection.
"""
