"""Every case of bad input, as data: the tests run them, the reference page lists them."""
