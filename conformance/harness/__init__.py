"""The pytest side: one test function, a plugin that is inert without `--node`, and the run behind both."""
