"""From findings to decisions, and from decisions to what people and machines read."""
