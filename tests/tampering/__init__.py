"""The tamper matrix: what is noticed when any part of a run folder is changed, and sealed again after that."""
