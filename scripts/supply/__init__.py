"""What the product is made of: known holes, licences, and the list of parts."""
