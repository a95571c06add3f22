"""The command line of the product: one module a noun, loaded when it is called.

A noun is a module here with a click command of its own name, and a row in ``nouns.py``. Django is set up before the
module is imported, so that it can import models, commands and queries at its head like any other drawer.
"""
