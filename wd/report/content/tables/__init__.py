"""Tables that pages look up, a module per topic."""
