"""Nodes of strangers: by people who had read the agreements and the reference node, and had not seen the checks.

Each is what some software does: a few lines and a sentence, with the requirements whose words it breaks (`wrong`), or
odd and still right, with the clause that allows it (`legal`). A wrong one must be failed for what it breaks; no legal
one may be failed for anything.

Two modules are of writers who did know the checks: `overlooked` (wrong ones that once passed), `oddities` (legal ones).

Whoever changes a judgement leaves these as they are: that nobody fitted the one to the other is all they are worth.
Those in the modules `mended_*` are another matter: who mended a judgement made them first, and saw them pass.

New ones are welcome from people who don't know the checks, also when they find that a node passes.
"""
