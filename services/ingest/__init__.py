"""Takes in what boxes say: from the broker to a durable row, then the receipt."""
