"""Getting a shipment inspected in time: deadlines, order, sites, slots and appointments."""
