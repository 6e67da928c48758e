"""Quality assurance: the deviation, its assessment by two people, the disposition, the evidence."""
