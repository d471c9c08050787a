"""The nouns of the suite: frozen values, standard library only, no input or output."""
