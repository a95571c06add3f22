"""The demo's people, homes, organisations and components: invented, the same for the same seed, loaded in batches.

``structure`` says who lives together, ``identity`` what they are called, ``people`` and ``places`` make frames of it all;
``filling`` puts them into the registers; ``departments`` writes what five offices have on file of the same people.
"""
