"""How long cells stay viable, and how sure that is: profiles, the fold and the verdict."""
