"""Small changes to what judges, redacts, decides, resolves and reads, and whether a test notices each.

`python -m tests.mutation --since REF` tries every place on the lines that changed, `--draw 500 --seed S` as many places
drawn from all. Cosmic Ray says what may be changed and how; each change is tried in a process of its own that never
writes to the tree, with the tests that execute its line (coverage knows which).
"""
