"""How a network learns: targets, losses, Lion, one run, many runs, and what is recorded of them."""
