"""What people prove themselves with: passwords, codes, passkeys, another service's word."""
