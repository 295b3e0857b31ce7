"""Claims: what the prose asserts and the evidence must bear out, a module per topic."""
