"""Speaking: an operation goes in, what was said comes out; never a verdict."""
