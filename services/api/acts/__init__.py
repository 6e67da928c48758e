"""What people do, each in one transaction with its audit entry and the work it makes."""
