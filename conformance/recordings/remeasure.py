"""What a recorded exchange says twice: facts that can be measured again from what was kept, beside what was written.

The classification of all facts stands in `model.facts`. What only the run itself saw is not looked at here.
"""
