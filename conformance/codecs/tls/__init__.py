"""TLS as far as a probe speaks it: a ClientHello made by hand, and what a server's first flight says."""
