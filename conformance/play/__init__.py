"""Playing scenarios: the ladder first, each scenario once per run, what was said kept; never a verdict."""
