"""Everything between a fresh machine and a running Linli: environment, keys, embedded database, processes.

Nothing here imports Django. ``bootstrap`` runs on the bare Python of the machine; the other modules run in
the environment that it makes.
"""
